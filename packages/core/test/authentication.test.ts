import { inspect } from "node:util";
import {
  type Authentication,
  ConnectionError,
  createKlingClient,
  InputError,
  KlingkitError,
  keyPair,
  Secret,
} from "@klingkit/core";
import { describe, expect, it, vi } from "vitest";
import { answer, failure, finish, picture, quiet, refusal, standing, success, TestClock, world } from "./helpers.js";

const pair = { accessKey: "access-CANARY", secretKey: "secret-CANARY" };
const refused = (code: number) => answer(401, { code, message: "token" });
const tokenOf = (sent: { readonly headers: Headers } | undefined) =>
  sent?.headers.get("authorization")?.replace("Bearer ", "") ?? "";
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

async function isSigned(token: string, secret: string): Promise<boolean> {
  const [head, body, signature = ""] = token.split(".");
  const key = await crypto.subtle.importKey("raw", Buffer.from(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "verify",
  ]);
  return crypto.subtle.verify("HMAC", key, Buffer.from(signature, "base64url"), Buffer.from(`${head}.${body}`));
}

describe("an authentication of the caller's own", () => {
  const failing = (thrown: unknown): (() => never) => {
    return () => {
      throw thrown;
    };
  };
  const submitWith = async (apiKey: Authentication) => {
    const { client, clock, sent } = world([standing("submitted")], { apiKey });
    const error = await failure(clock, client.image2video.submit({ image: picture, external_task_id: "own" }));
    return { error, sent, pending: await client.pending() };
  };

  it.each<[string, Authentication["bearer"]]>([
    ["throws an error", failing(new TypeError("no vault for access-CANARY"))],
    ["throws something else", failing("access-CANARY")],
    ["rejects", async () => failing(new Error("access-CANARY"))()],
    ["gives nothing", () => undefined as unknown as string],
    ["gives what a header can't carry", () => "access-CANARY\nx: y"],
  ])("whose bearer %s ends in klingkit's own error, and nothing is sent", async (_, bearer) => {
    const { error, sent, pending } = await submitWith({ bearer });
    expect(error).toBeInstanceOf(InputError);
    expect(sent).toEqual([]);
    expect(pending).toEqual([]);
    expect(`${inspect(error, { depth: 9 })}${JSON.stringify(error)}`).not.toContain("CANARY");
  });

  it("whose bearer never ends keeps no call waiting for longer than a request may take", async () => {
    const { client, clock, sent } = world([standing("submitted")], {
      apiKey: { bearer: () => new Promise<string>(() => {}) },
      retry: { attempts: 1 },
      submitTimeoutMs: 7_000,
    });
    const start = clock.now();
    const error = await failure(clock, client.image2video.submit({ image: picture, external_task_id: "own" }));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({
      code: "timeout",
      neverSent: true,
      message: expect.stringContaining("The bearer function of apiKey did not answer within 7000 ms."),
    });
    expect([sent.length, clock.now() - start, await client.pending()]).toEqual([0, 7_000, []]);
  });

  it("whose bearer never ends can be aborted", async () => {
    const { client, clock } = world([standing("submitted")], { apiKey: { bearer: () => new Promise(() => {}) } });
    const controller = new AbortController();
    const call = client.image2video.get("1", { signal: controller.signal });
    call.catch(() => {});
    await quiet();
    controller.abort("stop");
    await expect(call).rejects.toMatchObject({ name: "AbortedError", cause: "stop" });
    expect(clock.sleepers.size).toBe(0);
  });

  it("is asked for nothing by a call that is aborted already", async () => {
    let asked = 0;
    const bearer = () => {
      asked += 1;
      return new Promise<string>(() => {});
    };
    const { client, clock } = world([standing("submitted")], { apiKey: { bearer } });
    const call = client.image2video.get("1", { signal: AbortSignal.abort("early") });
    await expect(call).rejects.toMatchObject({ name: "AbortedError", cause: "early" });
    expect([asked, clock.sleepers.size]).toEqual([0, 0]);
  });

  it("may throw a KlingkitError, which is passed on, and repeated where it says so", async () => {
    let tries = 0;
    const details = { code: "vault-down", retry: "after-delay", remedy: "Wait.", neverSent: true } as const;
    const bearer = () => {
      tries += 1;
      if (tries < 3) throw new ConnectionError("The vault is down.", details);
      return "token-of-the-vault";
    };
    const { client, clock, sent } = world([standing("submitted")], { apiKey: { bearer } });
    await success(clock, client.image2video.submit({ image: picture }));
    expect([tries, sent.length]).toEqual([3, 1]);
  });

  it("whose renew or redact throws does no more harm than one that has none", async () => {
    const { client, clock } = world([refused(1004)], {
      apiKey: { bearer: () => "token-CANARY", renew: failing(new Error("no")), redact: failing(new Error("no")) },
    });
    expect(await failure(clock, client.image2video.get("1"))).toMatchObject({ code: "token-expired" });
  });
});

describe("a pair of keys", () => {
  it("signs a token for half an hour, from a little earlier, as Kling asks", async () => {
    const { client, clock, sent } = world([standing("submitted")], { dialect: "kling", apiKey: keyPair(pair) });
    const now = Math.floor(clock.now() / 1000);
    await success(clock, client.image2video.get("1"));
    const token = tokenOf(sent[0]);
    expect(JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString())).toEqual({
      alg: "HS256",
      typ: "JWT",
    });
    expect(claimsOf(token)).toEqual({ iss: pair.accessKey, exp: now + 1_800, nbf: now - 5 });
    expect(await isSigned(token, pair.secretKey)).toBe(true);
  });

  it("keeps its token until a minute before its end", async () => {
    const { client, clock, sent } = world([standing("submitted")], { dialect: "kling", apiKey: keyPair(pair) });
    for (const ms of [0, 1_739_000, 1_000]) {
      clock.time += ms;
      await success(clock, client.image2video.get("1"));
    }
    expect(tokenOf(sent[1])).toBe(tokenOf(sent[0]));
    expect(tokenOf(sent[2])).not.toBe(tokenOf(sent[0]));
  });

  it.each([1003, 1004])("signs again, once, when the server says %i, also for a create", async (code) => {
    const { client, clock, posts } = world([refused(code), standing("submitted")], {
      dialect: "kling",
      apiKey: keyPair(pair),
    });
    await success(clock, client.image2video.submit({ image: picture }));
    expect(posts()).toBe(2);
    const twice = world([refused(code)], { dialect: "kling", apiKey: keyPair(pair) });
    expect(await failure(twice.clock, twice.client.image2video.submit({ image: picture }))).toMatchObject({
      providerCode: code,
    });
    expect(twice.posts()).toBe(2);
  });

  it.each([
    [1, [1004], 1],
    [2, [1004, 1302], 2],
    [3, [1302, 1004, 1302], 3],
  ])("counts the repeat with a new token as one of the %i tries of a create", async (attempts, codes, count) => {
    const steps = codes.map((code) => (code === 1004 ? refused(code) : refusal(429, code)));
    const { client, clock, events, posts } = world([...steps, standing("submitted")], {
      ...{ dialect: "kling", apiKey: keyPair(pair), retry: { attempts } },
    });
    await failure(clock, client.image2video.submit({ image: picture }));
    expect(posts()).toBe(count);
    const methods = events.flatMap((event) => (event.type === "request" ? [event.method] : []));
    expect(methods).toEqual(codes.map(() => "POST"));
  });

  it("survives a wait that outlasts its token", async () => {
    const steps = [standing("processing"), refused(1004), standing("succeed")];
    const { client, clock } = world(steps, { dialect: "kling", apiKey: keyPair(pair) });
    expect(await success(clock, client.image2video.wait("1"))).toHaveProperty("task_status", "succeed");
  });

  it("shows in no error, not even when the server repeats it", async () => {
    const { client, clock } = world(
      [answer(401, { code: 1002, message: `no such key ${pair.accessKey} ${pair.secretKey}` })],
      { dialect: "kling", apiKey: keyPair(pair) },
    );
    const error = await failure(clock, client.image2video.get("1"));
    expect(KlingkitError.isInstance(error)).toBe(true);
    expect(`${inspect(error, { depth: 9 })}${JSON.stringify(error)}${inspect(client, { depth: 9 })}`).not.toContain(
      "CANARY",
    );
  });

  it("takes wrapped keys, and refuses half a pair", () => {
    const wrapped = { accessKey: new Secret("a"), secretKey: new Secret("b") };
    expect(() => createKlingClient({ apiKey: keyPair(wrapped), dialect: "kling" })).not.toThrow();
    expect(() => keyPair({ accessKey: "a", secretKey: "" })).toThrow(InputError);
  });

  it("is refused at once in a page over plain http, where nothing can be signed", () => {
    vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
    try {
      expect(() => keyPair(pair)).toThrow(/^Tokens can't be signed here/);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("is not signed again for a key that is no pair", async () => {
    const { client, posts } = world([refused(1004)], { dialect: "kling" });
    const outcome = await finish(new TestClock(), client.image2video.submit({ image: picture }));
    expect(outcome).toHaveProperty("error.code", "token-expired");
    expect(posts()).toBe(1);
  });
});
