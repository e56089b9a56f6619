import { createHmac } from "node:crypto";
import { createMock, MockClock } from "@klingkit/mock-server";
import { signatureHeaders, webhookKey } from "@klingkit/spec/web";
import { describe, expect, it, vi } from "vitest";
import { hook, receiving } from "./callbacks-kit.js";
import { ask, image2video, minimal } from "./helpers.js";

const secret = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=";
const body =
  '{"id":"1234567890","status":"succeeded","message":"","create_time":1781080778802,"update_time":1781080794151}';

describe("the signature", () => {
  it("of Kling's official example comes out as published", async () => {
    const message = { id: "9876543210", timestamp: 1781080794, body };
    expect(await signatureHeaders([webhookKey(secret)], message)).toEqual({
      "webhook-id": "9876543210",
      "webhook-timestamp": "1781080794",
      "webhook-signature": "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=",
    });
  });

  it("covers the raw body, once for each secret, with the clock's time", async () => {
    const other = "whsec_b3RoZXJzZWNyZXQxMjM0NTY3OA==";
    const { clock, arrivals, submit, push } = receiving({ callbackSecret: [secret, other] });
    await submit();
    await push(20_000);
    const { headers, text } = arrivals.at(-1) ?? { headers: new Headers(), text: "" };
    const stamp = headers.get("webhook-timestamp");
    expect(Number(stamp)).toBe(Math.floor(clock.now() / 1000));
    const expected = [secret, other].map((one) => {
      const key = Buffer.from(one.slice("whsec_".length), "base64");
      const content = `${headers.get("webhook-id")}.${stamp}.${text}`;
      return `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
    });
    expect(headers.get("webhook-signature")).toBe(expected.join(" "));
  });

  it("is absent without a secret, and a secret that is none is refused at once", async () => {
    const { arrivals, submit, mock } = receiving();
    await submit();
    await mock.callbacks.settled();
    expect([...(arrivals[0]?.headers.keys() ?? [])].filter((name) => name.startsWith("webhook"))).toEqual([]);
    expect(() => createMock({ callbackSecret: "whsec_not base64" })).toThrow(RangeError);
    expect(() => createMock({ callbackSecret: "" })).toThrow(RangeError);
  });
});

describe("a callback that is not taken", () => {
  it("is sent again with growing pauses, under the same id, and given up in the end", async () => {
    const { mock, arrivals, submit, push } = receiving({ callbackSecret: secret }, () => 500);
    await submit("scenario=stuck", {});
    await mock.callbacks.settled();
    expect(arrivals).toHaveLength(1);
    const counts: number[] = [];
    for (const ms of [900, 100, 1_900, 100, 3_900, 100, 1e6]) {
      await push(ms);
      counts.push(arrivals.filter(({ body }) => body.task_status === "submitted").length);
    }
    expect(counts).toEqual([1, 2, 2, 3, 3, 4, 4]);
    const submitted = arrivals.filter(({ body }) => body.task_status === "submitted");
    expect(new Set(submitted.map(({ headers }) => headers.get("webhook-id"))).size).toBe(1);
    expect(new Set(submitted.map(({ headers }) => headers.get("webhook-timestamp"))).size).toBeGreaterThan(1);
    const attempts = mock.callbacks.deliveries.filter(({ status }) => status === "submitted");
    expect(attempts.map(({ attempt, outcome, answerStatus }) => [attempt, outcome, answerStatus])).toEqual(
      [1, 2, 3, 4].map((attempt) => [attempt, "refused", 500]),
    );
  });

  it("is sent again exactly its pause after the failure that the log shows, on a slow machine too", async () => {
    // A second passes from each look at the clock to the next.
    let system = 1_795_000_000_000;
    const clock = new MockClock(() => {
      system += 1_000;
      return system;
    });
    const { mock, submit } = receiving({ clock, callbackRetry: { firstDelayMs: 60_000 } }, () => 500);
    await submit("scenario=stuck");
    await mock.callbacks.settled();
    const [failed] = mock.callbacks.deliveries;
    const [{ unsettled } = { unsettled: [] }] = mock.callbacks.unfinished();
    await mock.close();
    expect(failed).toMatchObject({ status: "submitted", attempt: 1, outcome: "refused" });
    expect(unsettled.find(({ attempt }) => attempt === 2)?.at).toBe((failed?.at ?? 0) + 60_000);
  });

  it("is done as soon as it is taken, also after a receiver that was not there", async () => {
    const { mock, arrivals, submit, push } = receiving({ callbackOnSubmitted: false }, (_, count) => {
      if (count === 1) throw new TypeError("fetch failed");
      return count === 2 ? 301 : 204;
    });
    await submit("scenario=stuck");
    for (let step = 0; step < 20; step += 1) await push(1_000);
    expect(arrivals).toHaveLength(3);
    expect(mock.callbacks.deliveries.map(({ outcome }) => outcome)).toEqual(["unreachable", "refused", "taken"]);
  });

  it("times out by the simulator's clock", async () => {
    const { mock, submit, clock } = receiving({ callbackOnSubmitted: false, callbackRetry: { attempts: 1 } }, () => {
      return new Promise<never>(() => {});
    });
    await submit("scenario=stuck");
    clock.advance(2_000);
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    // Once as much again, because the clock is moved by hand.
    clock.advance(10_000);
    clock.advance(9_999);
    expect(mock.callbacks.deliveries).toEqual([]);
    clock.advance(1);
    await mock.callbacks.settled();
    expect(mock.callbacks.deliveries).toMatchObject([{ outcome: "timed-out", answerStatus: null }]);
    expect(clock.pending).toBe(0);
  });

  it.each([9_000, 10_000, 10_900, 60_000])(
    "is not called late because the clock is advanced by %d ms while it is answered",
    async (ms) => {
      const answers: (() => void)[] = [];
      const { mock, submit, clock } = receiving({ callbackRetry: { attempts: 1 } }, () => {
        return new Promise((resolve) => answers.push(() => resolve(200)));
      });
      await submit("scenario=stuck");
      await vi.waitFor(() => expect(answers).toHaveLength(1));
      clock.advance(ms);
      answers[0]?.();
      await vi.waitFor(() => expect(mock.callbacks.deliveries).toMatchObject([{ outcome: "taken" }]));
    },
  );

  it("is given its time again when the clock jumps over the end of it, once", async () => {
    const { mock, submit, clock } = receiving({ callbackOnSubmitted: false, callbackRetry: { attempts: 1 } }, () => {
      return new Promise<never>(() => {});
    });
    await submit("scenario=stuck");
    clock.advance(2_000);
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    clock.advance(3_600_000);
    expect(clock.pending).toBe(1);
    clock.advance(3_600_000);
    await mock.callbacks.settled();
    expect(mock.callbacks.deliveries).toMatchObject([{ outcome: "timed-out" }]);
  });
});

describe("a callback's target", () => {
  it.each([
    "http://example.com/hook",
    "https://127.0.0.1.example.com/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest",
    "ftp://localhost/",
    "file:///etc/passwd",
    "nonsense",
  ])("has to be this machine: %s is refused, logged, and not tried again", async (callback_url) => {
    const { mock, arrivals, submit, push } = receiving({ callbackOnSubmitted: false });
    await submit("scenario=stuck", { callback_url });
    await push(1e6);
    expect(arrivals).toEqual([]);
    expect(mock.callbacks.deliveries).toMatchObject([{ outcome: "host-not-allowed", url: callback_url, attempt: 1 }]);
  });

  it.each(["http://localhost:1/", "http://127.0.0.9/", "http://[::1]:8080/a", "https://localhost/"])(
    "may be %s",
    async (callback_url) => {
      const { arrivals, submit, push } = receiving();
      await submit("", { callback_url });
      await push(20_000);
      expect(arrivals).toHaveLength(3);
    },
  );

  it("may be another host when that is allowed", async () => {
    for (const allowCallbackHosts of ["any", ["hooks.example.com"]] as const) {
      const { arrivals, submit, push } = receiving({ allowCallbackHosts });
      await submit("", { callback_url: "https://hooks.example.com/a?b=1" });
      await push(20_000);
      expect(arrivals).toHaveLength(3);
    }
  });

  it("is not left by a redirect", async () => {
    const redirects: unknown[] = [];
    const callbackFetch: typeof globalThis.fetch = async (_, init) => {
      redirects.push(init?.redirect);
      return new Response(null, { status: 307, headers: { location: "https://example.com/" } });
    };
    const { mock, submit } = receiving({ callbackFetch });
    await submit();
    await mock.callbacks.settled();
    expect(redirects).toEqual(["manual"]);
  });
});

describe("the log", () => {
  it("keeps nothing where it may keep nothing", async () => {
    const { mock, submit, push } = receiving({ maxDeliveries: 0 });
    for (let count = 0; count < 3; count += 1) await submit();
    await push(20_000);
    expect(mock.callbacks.deliveries).toEqual([]);
  });

  it("is bounded", async () => {
    const { mock, submit, push } = receiving({ maxDeliveries: 4 });
    for (let count = 0; count < 5; count += 1) await submit();
    await push(20_000);
    expect(mock.callbacks.deliveries).toHaveLength(4);
    expect(mock.callbacks.deliveries.at(-1)?.status).toBe("succeed");
  });
});

describe("a reset", () => {
  it("of an account removes its deliveries, those of ended tasks too", async () => {
    const { mock, submit, push } = receiving();
    await submit();
    const other = { ...minimal, callback_url: hook };
    await ask(mock.fetch, "POST", image2video.cometapi, { body: other, headers: { authorization: "Bearer other" } });
    await push(20_000);
    const own = mock.tasks.oldestFirst().find(({ account }) => account === "account-2")?.id;
    mock.reset("account-1");
    expect(mock.callbacks.deliveries.length).toBeGreaterThan(0);
    expect(new Set(mock.callbacks.deliveries.map(({ taskId }) => taskId))).toEqual(new Set([own]));
  });

  it("of an account leaves nothing scheduled for it, though its receiver refused; others' stay as they were", async () => {
    const { mock, submit, push } = receiving({}, () => 500);
    await submit();
    const other = { ...minimal, callback_url: hook };
    await ask(mock.fetch, "POST", image2video.cometapi, { body: other, headers: { authorization: "Bearer other" } });
    await push(0);
    const pending = async (account?: string) => {
      const query = account === undefined ? "" : `?account=${account}`;
      const { body } = await ask(mock.fetch, "GET", `/__mock/callbacks${query}`);
      return body.pending;
    };
    // Of each: a retry of `submitted`, and `processing`.
    expect([await pending(), await pending("account-1"), await pending("account-2")]).toEqual([4, 2, 2]);
    mock.reset("account-1");
    expect([await pending(), await pending("account-1"), await pending("account-2")]).toEqual([2, 0, 2]);
  });

  it("ends a send that is under way, and nothing of it is logged", async () => {
    let ended = false;
    const callbackFetch: typeof globalThis.fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => {
          ended = true;
          reject(init.signal?.reason);
        });
      });
    const { mock, clock, submit } = receiving({ callbackFetch });
    await submit();
    await vi.waitFor(() => expect(clock.pending).toBe(2));
    mock.reset();
    await vi.waitFor(() => expect(clock.pending).toBe(0));
    expect(ended).toBe(true);
    expect(mock.callbacks.deliveries).toEqual([]);
  });
});
