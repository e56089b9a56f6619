import { InputError, KlingkitError, Secret } from "@klingkit/core";
import { type CallbackHandlerOptions, callbackUrl, createCallbackHandler } from "@klingkit/core/callbacks";
import { describe, expect, it } from "vitest";
import {
  about,
  address,
  callback,
  key,
  now,
  post,
  receiver,
  refusalOf,
  signed,
  webhookSecret,
  withToken,
} from "./callbacks-kit.js";
import { answer, taskId, thrownBy, world } from "./helpers.js";

const succeed = callback("succeed", 5);

describe("createCallbackHandler", () => {
  it("wants a token key or a secret, and usable ones", () => {
    const onTask = () => {};
    const unusable: readonly (readonly [Partial<CallbackHandlerOptions>, string])[] = [
      [{}, "missing-callback-key"],
      [{ token: [] }, "missing-callback-key"],
      [{ token: "short" }, "invalid-callback-key"],
      [{ token: "fifteen-letters" }, "invalid-callback-key"],
      [{ secret: "whsec_%" }, "invalid-callback-secret"],
      [{ secret: "" }, "invalid-callback-secret"],
      [{ secret: "QUJDwhsec_QUJD" }, "invalid-callback-secret"],
      [{ token: key, toleranceMs: Number.NaN }, "invalid-input"],
      [{ token: key, maxBytes: -1 }, "invalid-input"],
      [{ token: key, maxQueries: 0 }, "invalid-input"],
      [{ token: key, maxQueries: 0.5 }, "invalid-input"],
    ];
    for (const [options, code] of unusable) {
      const error = thrownBy(() => createCallbackHandler({ ...options, onTask }));
      expect(error).toBeInstanceOf(InputError);
      expect(error).toHaveProperty("code", code);
    }
    createCallbackHandler({ token: "sixteen--letters", maxQueries: 1, onTask });
  });

  it("never shows its keys in an error", () => {
    try {
      createCallbackHandler({ secret: "whsec_canary!", onTask: () => {} });
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain("canary");
      expect(KlingkitError.isInstance(error)).toBe(true);
    }
  });
});

describe("a token", () => {
  it("lets a callback in: 204 at once, then the report with family and handle", async () => {
    const { receive, done, reports } = receiver({ token: key });
    const response = await receive(post(await withToken(), callback("processing", 2)));
    expect([response.status, await response.text()]).toEqual([204, ""]);
    await done();
    expect(reports).toMatchObject([
      {
        task: { task_id: taskId, task_status: "processing", ...about },
        report: { confirmed: false, handle: { task_id: taskId, ...about } },
      },
    ]);
  });

  it("is checked against every key while keys are changed", async () => {
    const { receive } = receiver({ token: [new Secret("another-key-0123456789"), key] });
    expect((await receive(post(await withToken(), succeed))).status).toBe(204);
  });

  it.each([
    ["none", () => callbackUrl(address, about), "missing-token"],
    ["another key's", () => callbackUrl(address, { ...about, key: "another-key-0123456789" }), "wrong-token"],
    ["another task's", async () => (await withToken()).replace("shot-042", "shot-043"), "wrong-token"],
    ["another family's", async () => (await withToken()).replace("image2video", "text2video"), "wrong-token"],
    ["cut short", async () => (await withToken()).slice(0, -1), "wrong-token"],
    ["not base64", async () => `${await withToken()}%21`, "wrong-token"],
    ["without its task", async () => (await withToken()).replace("kling_id", "id"), "missing-token"],
    ["without its family", async () => (await withToken()).replace("kling_family", "family"), "missing-token"],
  ] as const)("that is %s is refused", async (_, url, code) => {
    const { receive, done, reports } = receiver({ token: key });
    expect(await refusalOf(await receive(post(await url(), succeed)))).toEqual([401, code]);
    await done();
    expect(reports).toEqual([]);
  });
});

describe("an end", () => {
  const client = (...statuses: string[]) => {
    const steps = statuses.map((status) =>
      answer(200, { code: 0, message: "", data: { task_id: taskId, task_status: status, task_info: {} } }),
    );
    return world(steps);
  };

  it("is reported as the provider answers it", async () => {
    const { client: kling, sent } = client("succeed");
    const { receive, done, reports } = receiver({ token: key, client: kling });
    await receive(post(await withToken(), { ...succeed, task_result: { videos: [{ url: "https://evil.example/" }] } }));
    await done();
    expect(sent.map(({ method, url }) => [method, new URL(url).pathname])).toEqual([
      ["GET", `/kling/v1/videos/image2video/${taskId}`],
    ]);
    expect(reports).toMatchObject([{ task: { task_status: "succeed", ...about }, report: { confirmed: true } }]);
    expect(JSON.stringify(reports)).not.toContain("evil");
  });

  it("that the provider does not confirm is not reported, and a repeat is asked about again", async () => {
    const { client: kling } = client("processing", "failed");
    const { receive, done, errors, statuses } = receiver({ token: key, client: kling });
    const url = await withToken();
    await receive(post(url, succeed));
    await done();
    expect(statuses()).toEqual([]);
    expect(errors).toMatchObject([{ code: "callback-unconfirmed", retry: "after-delay", handle: about }]);
    expect(String(errors[0])).toContain("The callback says succeed, the task processing. ");
    await receive(post(url, succeed));
    await done();
    expect(statuses()).toEqual(["failed"]);
  });

  it("is told to the client's observer: that it failed, was reported, was stale", async () => {
    const { client: kling, events } = client("processing", "succeed");
    const { receive, done } = receiver({ token: key, client: kling });
    const url = await withToken();
    for (let count = 0; count < 3; count += 1) {
      await receive(post(url, succeed));
      await done();
    }
    const seen = { type: "callback", family: "image2video", taskId, status: "succeed" };
    expect(events.filter(({ type }) => type === "callback")).toEqual([
      { ...seen, outcome: "failed" },
      { ...seen, outcome: "reported" },
      { ...seen, outcome: "stale" },
    ]);
  });

  it("of a task the provider knows under another id is found by the caller's own", async () => {
    const { client: kling, sent } = world([
      answer(404, { code: 1203, message: "task not found" }),
      answer(200, {
        code: 0,
        data: { task_id: "99", task_status: "succeed", task_info: { external_task_id: "shot-042" } },
      }),
    ]);
    const { receive, done, reports } = receiver({ token: key, client: kling });
    await receive(post(await withToken(), { ...succeed, task_id: "12345" }));
    await done();
    expect(sent.map(({ url }) => url.split("/").at(-1))).toEqual(["12345", "shot-042"]);
    expect(reports[0]?.report.handle).toEqual({ ...about, task_id: "99" });
  });

  it("of a task that both its ids know is asked by its task id; an answer without an own id is believed", async () => {
    const { client: kling } = client("succeed");
    const { receive, done, reports } = receiver({ secret: webhookSecret, client: kling });
    const body = JSON.stringify({ ...succeed, updated_at: undefined });
    await receive(post(`${address}&kling_family=image2video`, body, signed(body)));
    await done();
    expect(reports).toMatchObject([{ task: { task_id: taskId }, report: { confirmed: true } }]);
    expect(reports[0]?.task).not.toHaveProperty("external_task_id");
  });

  it("that nothing answers about is told as it is, and not looked for under another id", async () => {
    const { client: kling, sent } = world([answer(500, "down")], { retry: { attempts: 1 } });
    const { receive, done, reports, errors } = receiver({ token: key, client: kling });
    await receive(post(await withToken(), succeed));
    await done();
    expect([reports, sent.length]).toEqual([[], 1]);
    expect(errors).toMatchObject([{ name: expect.stringMatching(/Error$/), status: 500 }]);
  });

  it("told under the address of one task about another is not reported", async () => {
    const other = { task_id: "99", task_status: "succeed", task_info: { external_task_id: "shot-999" } };
    const { client: kling } = world([answer(200, { code: 0, data: other })]);
    const { receive, done, reports, errors } = receiver({ token: key, client: kling });
    await receive(post(await withToken(), succeed));
    await done();
    expect(reports).toEqual([]);
    expect(errors).toMatchObject([{ code: "callback-unconfirmed", retry: "never" }]);
  });

  it("whose task has another own id is another task's, and one without an own id is named by its task id", async () => {
    const other = { task_id: taskId, task_status: "succeed", task_info: { external_task_id: "shot-999" } };
    const foreign = world([answer(200, { code: 0, data: other })]);
    const first = receiver({ token: key, client: foreign.client });
    await first.receive(post(await withToken(), succeed));
    await first.done();
    expect([first.reports, foreign.sent.length]).toEqual([[], 2]);
    expect(first.errors).toMatchObject([{ code: "callback-unconfirmed", retry: "never", handle: about }]);
    const second = receiver({ secret: webhookSecret, client: client("processing").client });
    const body = JSON.stringify(succeed);
    await second.receive(post(`${address}&kling_family=image2video`, body, signed(body)));
    await second.done();
    expect(second.errors).toMatchObject([{ code: "callback-unconfirmed" }]);
    expect(second.errors[0]).toHaveProperty("handle", { family: "image2video", task_id: taskId });
  });

  it("of a task that the provider does not know is told as that", async () => {
    const unknown = answer(404, { code: 1203, message: "task not found" });
    const both = world([unknown]);
    const first = receiver({ token: key, client: both.client });
    await first.receive(post(await withToken(), succeed));
    const one = world([unknown]);
    const second = receiver({ secret: webhookSecret, client: one.client });
    const body = JSON.stringify(succeed);
    await second.receive(post(`${address}&kling_family=image2video`, body, signed(body)));
    await Promise.all([first.done(), second.done()]);
    expect([both.sent.length, one.sent.length]).toEqual([2, 1]);
    for (const { errors } of [first, second]) expect(errors).toMatchObject([{ name: "RefusedError", status: 404 }]);
  });

  it("that onTask could not take is news again when it is repeated", async () => {
    let failures = 1;
    const { receive, done, errors } = receiver({
      token: key,
      onTask: async () => {
        if (failures-- > 0) throw new Error("database down");
      },
    });
    const url = await withToken();
    for (let count = 0; count < 3; count += 1) {
      await receive(post(url, succeed));
      await done();
    }
    expect(errors).toHaveLength(1);
    expect(failures).toBe(-1);
  });

  it("is answered before the work is done", async () => {
    const { receive } = receiver({ token: key, onTask: () => new Promise<never>(() => {}) });
    expect((await receive(post(await withToken(), succeed))).status).toBe(204);
  });
});

describe("both checks together", () => {
  it("have to pass both", async () => {
    const { receive } = receiver({ token: key, secret: webhookSecret });
    const body = JSON.stringify(succeed);
    expect((await receive(post(await withToken(), body, signed(body)))).status).toBe(204);
    expect(await refusalOf(await receive(post(await withToken(), body)))).toEqual([401, "missing-signature"]);
    expect(await refusalOf(await receive(post(address, body, signed(body))))).toEqual([401, "missing-token"]);
    expect(now).toBeGreaterThan(0);
  });
});
