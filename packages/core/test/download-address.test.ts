import { InputError, type KlingClientOptions } from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { download } from "./download-kit.js";
import { answer, failure, results, success, task, world } from "./helpers.js";

const clip = "\0\0\0\x10ftypisom\0\0\0\0";
const video = answer(200, clip, { "content-type": "video/mp4" });
const inTask = (url: string) => task("succeed", { task_result: { videos: [{ id: "1", url }] } });
const onLoopback: Partial<KlingClientOptions> = { baseUrl: "http://127.0.0.1:4600" };

const onThisMachine = [
  "http://127.0.0.1:4600/v.mp4",
  "http://127.1/v.mp4",
  "https://localhost/v.mp4",
  "https://[::1]/v.mp4",
];
const inPrivateNetworks = [
  "https://10.0.0.7/v.mp4",
  "https://169.254.169.254/latest/meta-data",
  "https://[::ffff:192.168.0.1]/v.mp4",
  "https://minio/v.mp4",
  "https://results.internal/v.mp4",
];

describe("a provider's answer could make the client ask this machine or its network", () => {
  it.each([...onThisMachine, ...inPrivateNetworks])(
    "%s is refused before it is asked, in a task or alone",
    async (url) => {
      const { client, sent } = world([video]);
      for (const target of [url, inTask(url)]) {
        const error = await download(client, target).catch((thrown) => thrown);
        expect(error).toBeInstanceOf(InputError);
        expect(error).toMatchObject({ code: "private-address", message: expect.stringContaining("allowPrivate") });
      }
      expect(sent).toHaveLength(0);
    },
  );

  it.each([...onThisMachine, ...inPrivateNetworks, "http://minio:9000/v.mp4"])(
    "%s is asked where the caller allows it",
    async (url) => {
      const { client } = world([video]);
      expect(await (await (await download(client, inTask(url), { allowPrivate: true })).blob()).text()).toBe(clip);
    },
  );

  it.each(["http://elsewhere.example/v.mp4", "http://8.8.8.8/v.mp4", "ftp://minio/v.mp4", "xhttp://minio/v.mp4"])(
    "%s stays refused: allowing private networks allows plain http there, and nothing else",
    async (url) => {
      const { client } = world([video]);
      await expect(download(client, url, { allowPrivate: true })).rejects.toThrow("not https");
    },
  );
});

describe("a simulator's own results", () => {
  it("come over http from the base URL's origin, as in docker-compose", async () => {
    const { client } = world([video], { baseUrl: "http://mock:4600", allowHttp: true });
    expect(await (await (await download(client, inTask("http://mock:4600/v.mp4"))).blob()).text()).toBe(clip);
    await expect(download(client, inTask("http://other:4600/v.mp4"))).rejects.toMatchObject({
      code: "private-address",
    });
    await expect(download(client, inTask("http://127.0.0.1:4600/v.mp4"))).rejects.toBeInstanceOf(InputError);
  });

  it.each([...onThisMachine, "https://mock.klingkit.invalid/v.mp4"])(
    "come from %s where it runs on this machine",
    async (url) => {
      const { client } = world([video], onLoopback);
      expect(await (await (await download(client, inTask(url))).blob()).text()).toBe(clip);
    },
  );

  it.each(["https://169.254.169.254/latest", "https://10.0.0.7/v.mp4", "http://10.0.0.7/v.mp4"])(
    "do not redirect to %s",
    async (location) => {
      const { client, sent } = world([answer(302, "", { location }), video], onLoopback);
      await expect(download(client, "http://127.0.0.1:4600/v.mp4")).rejects.toMatchObject({ code: "download-refused" });
      expect(sent).toHaveLength(1);
    },
  );

  it("may redirect to the same host", async () => {
    const moved = answer(302, "", { location: "https://mock.klingkit.invalid/moved.mp4" });
    const { client, sent } = world([moved, video], onLoopback);
    await download(client, "https://mock.klingkit.invalid/v.mp4");
    expect(sent).toHaveLength(2);
  });

  it("may redirect to another port of this machine", async () => {
    const { client, sent } = world([answer(302, "", { location: "http://localhost:4601/v.mp4" }), video], onLoopback);
    await download(client, "http://127.0.0.1:4600/v.mp4");
    expect(sent).toHaveLength(2);
  });
});

const hour = 3_600_000;
const expired = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";

describe("a result that its host does not serve yet was said to be deleted after 30 days", () => {
  const fresh = (clock: { readonly time: number }) =>
    task("succeed", { task_result: results, updated_at: clock.time - 5_000 });

  it.each([
    [404, "Not Found"],
    [403, expired],
  ])("HTTP %d twice: it is asked for again, and comes", async (status, body) => {
    const { client, clock, sent } = world([answer(status, body), answer(status, body), video]);
    const result = await success(clock, download(client, fresh(clock)));
    expect(await (await success(clock, result.blob())).text()).toBe(clip);
    const [first = 0, second = 0, third = 0] = sent.map(({ at }) => at);
    expect([second - first, third - second]).toEqual([2_000, 2_000]);
  });

  it.each([
    [404, "Not Found", "HTTP 404."],
    [403, expired, "HTTP 403 (the address has expired)."],
    [403, "<Error><Code>AccessDenied</Code></Error>", "HTTP 403 (access denied)."],
  ])(
    "HTTP %d always (%s): an error that advises neither to wait 30 days nor to pay again",
    async (status, body, what) => {
      const { client, clock, sent } = world([answer(status, body)]);
      const error = (await failure(clock, download(client, fresh(clock)))) as InputError;
      expect(error).toMatchObject({ name: "RefusedError", code: "result-unavailable", retry: "after-delay", status });
      expect(error.message).toContain(what);
      expect(error.remedy).toBe("Ask for the task again: its answer may hold a new address.");
      expect(error.message).not.toMatch(/30 days|generate/);
      expect(sent).toHaveLength(4);
    },
  );

  it("a task of which no time is known counts as new", async () => {
    const { client, clock, sent } = world([answer(404, "")]);
    const undated = task("succeed", { task_result: results, updated_at: "2026-11-28" });
    expect(await failure(clock, download(client, undated))).toMatchObject({ retry: "after-delay" });
    expect(sent).toHaveLength(4);
  });

  it("hours after the task has ended it is asked for once: another address is what helps", async () => {
    const { client, clock, sent } = world([answer(403, expired)]);
    const old = task("succeed", { task_result: results, updated_at: clock.time - 2 * hour });
    const error = (await failure(clock, download(client, old))) as InputError;
    expect(error).toMatchObject({ code: "result-unavailable", retry: "after-fix" });
    expect(error.remedy).toContain("Ask for the task again");
    expect(sent).toHaveLength(1);
  });

  it("after 30 days it is gone, and still nothing advises to pay again", async () => {
    const { client, clock, sent } = world([answer(404, "")]);
    const old = task("succeed", { task_result: results, updated_at: clock.time - 31 * 24 * hour });
    const error = (await failure(clock, download(client, old))) as InputError;
    expect(error).toMatchObject({ code: "result-gone", retry: "never" });
    expect(error.message).toContain("30 days");
    expect(error.message).not.toMatch(/generate/);
    expect(sent).toHaveLength(1);
  });

  it("a refusal that never ends is not read to its end", async () => {
    let sent = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 1;
            controller.enqueue(new Uint8Array(1_024));
          },
        }),
        { status: 403 },
      );
    const { client, clock } = world([endless], { retry: { attempts: 1 } });
    expect(await failure(clock, download(client, fresh(clock)))).toHaveProperty("code", "result-unavailable");
    expect(sent).toBeLessThan(10);
  });
});
