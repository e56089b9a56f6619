import { inspect } from "node:util";
import {
  createKlingClient,
  type Dialect,
  download,
  InputError,
  type KlingClientOptions,
  KlingkitError,
  Secret,
} from "@klingkit/core";
import { describe, expect, it } from "vitest";
import {
  answer,
  failure,
  networkFault,
  picture,
  refusal,
  type Step,
  standing,
  success,
  taskId,
  world,
} from "./helpers.js";

const canary = "sk-CANARY-7f3a9b";

/** Everything a log could make of a value. */
function traces(value: unknown): string {
  const parts = [inspect(value, { depth: 10, showHidden: true, getters: true }), JSON.stringify(value), String(value)];
  for (let node = value; node instanceof Error; node = node.cause) {
    parts.push(node.message, String(node.stack), inspect(node, { depth: 10 }), JSON.stringify(node));
  }
  return parts.join("\n");
}

const echo = `Incorrect key ${canary} provided`;
const withRequest = Object.assign(new Error(echo, { cause: new Error(echo) }), {
  request: new Request("https://host.example", { headers: { authorization: `Bearer ${canary}` } }),
  config: { headers: { authorization: `Bearer ${canary}` } },
});

const servers: Readonly<Record<string, Step>> = {
  "a refusal": refusal(401, 1002),
  "a refusal that quotes the key": answer(401, { code: 1002, message: echo }),
  "a gateway's refusal that quotes the key": answer(401, { error: { message: echo, code: "" } }),
  "a server error that quotes the key": answer(500, { code: 5000, message: echo }),
  "a page that quotes the key": answer(502, `<html>${echo}</html>`),
  "a redirect": answer(302, "", { location: `https://elsewhere.example/?key=${canary}` }),
  "a reset": networkFault("ECONNRESET"),
  "a transport that hangs its request on the error": { throws: withRequest },
  "a transport that throws a text": { throws: echo },
  "a task": standing("failed"),
  "a failed task that quotes the key": standing("failed", { task_status_msg: echo, task_info: { echo: [echo] } }),
  "an unreadable task that quotes the key": answer(200, { code: 0, data: { task_id: echo, note: echo } }),
};

describe("the key", () => {
  it.each(Object.entries(servers))("does not show after %s", async (_, step) => {
    const { client, clock, events, sent } = world([step], { apiKey: canary, retry: { attempts: 2 } });
    const calls = [
      () => client.image2video.get(taskId),
      () => client.image2video.list(),
      () => client.image2video.submit({ image: picture }),
      () => client.image2video.wait(taskId, { timeoutMs: 20_000 }),
    ];
    for (const call of calls) {
      const error = await failure(clock, call()).catch((reason: unknown) => reason);
      expect(traces(error)).not.toContain(canary);
    }
    expect(traces(events)).not.toContain(canary);
    expect(traces(client)).not.toContain(canary);
    expect(sent.length).toBeGreaterThan(3);
    for (const { headers } of sent) expect(headers.get("authorization")).toBe(`Bearer ${canary}`);
  });

  it("prints as [redacted] in its wrapper", () => {
    const secret = new Secret(canary);
    expect(traces({ secret })).not.toContain(canary);
    expect([String(secret), `${secret}`, JSON.stringify({ secret }), inspect(secret)]).toEqual([
      "[redacted]",
      "[redacted]",
      '{"secret":"[redacted]"}',
      "[redacted]",
    ]);
    expect(Object.keys(secret)).toEqual([]);
  });

  it("in its wrapper works as well as the text", async () => {
    const { client, clock, sent } = world([standing("failed")], { apiKey: new Secret(canary) });
    await failure(clock, client.image2video.wait(taskId));
    expect(sent[0]?.headers.get("authorization")).toBe(`Bearer ${canary}`);
  });

  it("in the wrapper of another copy of klingkit is sent too: [redacted] was sent in its place", async () => {
    const foreign = { reveal: () => canary, toString: () => "[redacted]" } as Secret;
    const { client, clock, sent } = world([standing("failed")], { apiKey: foreign });
    await failure(clock, client.image2video.wait(taskId));
    expect(sent[0]?.headers.get("authorization")).toBe(`Bearer ${canary}`);
  });

  it.each([
    ["a line break", `${canary}\r\nx-evil: 1`],
    ["a line feed", `${canary}\nx`],
    ["a letter outside ASCII", `${canary}é`],
    ["a zero-width space", `${canary}\u200b`],
    ["a space", `${canary} ${canary}`],
    ["a NUL", `${canary}\u0000`],
    ["nothing", ""],
    ["white space", " \n"],
    ["no key at all", undefined as unknown as string],
    ["a bad wrapper", new Secret(`${canary}\n${canary}`)],
  ])("with %s is refused without an echo", (_, apiKey) => {
    const error = (() => {
      try {
        return createKlingClient({ apiKey });
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(InputError);
    expect(error).toHaveProperty("code", "missing-key");
    expect(traces(error)).not.toContain("CANARY");
  });

  it("is not sent where a redirect points", async () => {
    const hosts: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      hosts.push(new URL(request.url).host);
      expect(request.redirect).toBe("manual");
      return new Response(null, { status: 307, headers: { location: "https://elsewhere.example/" } });
    };
    const { client, clock } = world([], { fetch, apiKey: canary });
    const error = await failure(clock, client.image2video.submit({ image: picture }));
    expect(error).toMatchObject({ code: "wrong-address", retry: "after-fix" });
    expect(hosts).toEqual(["api.cometapi.com"]);
  });

  it("does not travel with a download", async () => {
    const { client, sent } = world([answer(200, "bytes")], { apiKey: canary });
    await download(client, "https://cdn.example.com/v.mp4");
    expect(sent[0]?.headers.has("authorization")).toBe(false);
    expect(inspect(sent[0])).not.toContain(canary);
  });
});

describe("the signature in a result's address", () => {
  it("does not show in the error of a transport that names the address", async () => {
    const signed = `https://cdn.example.com/v.mp4?sig=${canary}`;
    const fault = Object.assign(new Error(`request to ${signed} failed`, { cause: new Error(signed) }), {
      path: signed,
      code: "ECONNRESET",
    });
    const { client, clock } = world([{ throws: fault }]);
    const error = await failure(clock, download(client, signed));
    expect(traces(error)).not.toContain(canary);
    expect(error).toMatchObject({
      code: "connection-lost",
      cause: {
        code: "ECONNRESET",
        message: "request to https://cdn.example.com/v.mp4 failed: https://cdn.example.com/v.mp4",
      },
    });
  });
});

describe("a key as short as a word", () => {
  it.each(["8", "klingkit"])("leaves ids and addresses as they are: %s", async (apiKey) => {
    const task_result = { videos: [{ url: "https://mock.klingkit.invalid/842250903629086785.mp4" }] };
    const { client, clock } = world([standing("succeed", { task_result })], { apiKey });
    expect(await success(clock, client.image2video.get(taskId))).toMatchObject({ task_id: taskId, task_result });
  });
});

describe("a base URL on plain http", () => {
  const attempt =
    (baseUrl: string, more: Partial<KlingClientOptions> = {}) =>
    () =>
      createKlingClient({ apiKey: canary, baseUrl, ...more });

  it.each(["http://mock:8080", "HTTP://api.cometapi.com", "http://localhost.example", "http://127.0.0.1.example"])(
    "to another machine, %s, is refused before the key is sent",
    (baseUrl) => {
      expect(attempt(baseUrl)).toThrow(InputError);
      expect(attempt(baseUrl)).toThrow(/travel unencrypted to http:.*Use https\. .*docker-compose.*, set allowHttp/);
    },
  );

  it("is used where it leads to this machine, into this process, or is allowed", () => {
    for (const baseUrl of ["http://127.0.0.1:4600", "http://localhost:4600", "http://[::1]:4600"]) {
      expect(attempt(baseUrl)).not.toThrow();
    }
    const fetch = Object.assign(globalThis.fetch.bind(globalThis), { [Symbol.for("klingkit.mock")]: true });
    expect(attempt("http://mock:8080", { fetch })).not.toThrow();
    expect(attempt("http://mock:8080", { allowHttp: true })).not.toThrow();
  });
});

describe("the base URL", () => {
  it.each([
    ...["ftp://host", "host", "", "javascript:alert(1)"],
    ...["https://user:secret@host", "https://:secret@host", "https://host?key=secret"],
  ])("%j is refused", (baseUrl) => {
    const attempt = () => createKlingClient({ apiKey: canary, baseUrl });
    expect(attempt).toThrow(InputError);
    expect(attempt).not.toThrow(/secret/);
  });
});

describe("a dialect", () => {
  it.each(["constructor", "Kling", ""])("%j that there is not is refused at once, with those there are", (dialect) => {
    const attempt = () => createKlingClient({ apiKey: canary, dialect: dialect as Dialect, baseUrl: "https://host" });
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(/^There is no dialect ".*"\. Use one of cometapi, kling\.$/);
  });
});

describe("an error", () => {
  it("of another copy of klingkit is recognised, and nothing else is", () => {
    const foreign = Object.assign(new Error("x"), { [Symbol.for("klingkit.error")]: true });
    expect(KlingkitError.isInstance(foreign)).toBe(true);
    for (const other of [new Error("x"), { name: "KlingkitError" }, null, undefined, "x"]) {
      expect(KlingkitError.isInstance(other)).toBe(false);
    }
  });

  it("tells its evidence as JSON", async () => {
    const { client, clock } = world([refusal(400, 1201)]);
    const error = await failure(clock, client.image2video.get(taskId));
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "RefusedError",
      message: "The provider refused: no. Change the parameter that the message names.",
      code: "invalid-parameter",
      retry: "after-fix",
      remedy: "Change the parameter that the message names.",
      status: 400,
      providerCode: 1201,
      requestId: "request-1",
      handle: { family: "image2video", task_id: taskId },
    });
  });
});
