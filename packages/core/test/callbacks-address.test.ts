import { InputError } from "@klingkit/core";
import { callbackUrl } from "@klingkit/core/callbacks";
import { describe, expect, it } from "vitest";
import { about, address, callback, key, post, receiver, signed, webhookSecret, withToken } from "./callbacks-kit.js";
import { speaking, taskId } from "./helpers.js";

describe("callbackUrl", () => {
  it("keeps the address's own query and adds family, id and a token", async () => {
    const url = new URL(await withToken());
    expect(url.origin + url.pathname).toBe("https://app.example.com/hook");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: "7",
      kling_family: "image2video",
      kling_id: "shot-042",
      kling_token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    });
    expect(await callbackUrl(url, { ...about, key })).toBe(url.href);
    expect(await callbackUrl(url, about)).not.toContain("kling_token");
  });

  it("refuses what can't be an address, an id or a key", async () => {
    const cases = [
      callbackUrl("hook", { ...about, key }),
      callbackUrl("ftp://example.com/", { ...about, key }),
      callbackUrl("shttp://example.com/", { ...about, key }),
      callbackUrl("httpsx://example.com/", { ...about, key }),
      callbackUrl("https://user:pass@example.com/", { ...about, key }),
      callbackUrl("https://user@example.com/", { ...about, key }),
      callbackUrl("https://:pass@example.com/", { ...about, key }),
      callbackUrl(address, { ...about, external_task_id: "a/b", key }),
      callbackUrl(address, { ...about, external_task_id: "", key }),
      callbackUrl(address, { ...about, external_task_id: "i".repeat(65), key }),
      callbackUrl(address, { ...about, external_task_id: undefined as unknown as string, key }),
      callbackUrl(address, { ...about, family: undefined as unknown as string, key }),
      callbackUrl(address, { ...about, family: "../x", key }),
      callbackUrl(address, { ...about, family: "x/..", key }),
      callbackUrl(address, { ...about, family: "2video", key }),
      callbackUrl(address, { ...about, family: "", key }),
      callbackUrl(address, { ...about, family: "f".repeat(65), key }),
      callbackUrl(address, { ...about, key: "short" }),
    ];
    for (const outcome of await Promise.allSettled(cases)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(InputError) });
      speaking((outcome as PromiseRejectedResult).reason);
    }
  });

  it("names families and ids as long as they may be, and leaves the fragment out", async () => {
    for (const family of ["k", "f".repeat(64), "Kling3"]) {
      const task = { family, external_task_id: "i".repeat(64) };
      const url = new URL(await callbackUrl("http://app.example.com/hook#part", { ...task, key }));
      expect(url.href).not.toContain("#");
      const { receive, done, reports } = receiver({ token: key });
      expect((await receive(post(url.href, callback("processing", 2)))).status).toBe(204);
      await done();
      expect(reports).toMatchObject([{ task }]);
    }
  });

  it("is believed as far as it can be: what is no family's name or no id is none", async () => {
    const body = JSON.stringify(callback("succeed", 5));
    const { receive, done, reports } = receiver({ secret: webhookSecret, family: "image2video" });
    for (const query of ["kling_family=text2video%2F..", "kling_id=..%2Fother", "kling_family=&kling_id="])
      expect((await receive(post(`${address}&${query}`, body, signed(body)))).status).toBe(204);
    await done();
    expect(reports.map(({ report }) => report.handle)).toEqual([{ family: "image2video", task_id: taskId }]);
  });
});
