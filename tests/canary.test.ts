import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { createKlingClient, type Dialect, download, type KlingEvent, keyPair, Secret, watch } from "@klingkit/core";
import { callbackUrl, createCallbackHandler } from "@klingkit/core/callbacks";
import { createMock, MockClock } from "@klingkit/mock-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { finish, TestClock } from "../packages/core/test/helpers.js";

const marker = "CANARY";
/** As much of an MP4 as a download looks at. */
const mp4 = "\0\0\0\u0018ftypisom\0\0\0\0isomiso2";
const keys = {
  "a key": () => `sk-${marker}-7f3a9b`,
  "a wrapped key": () => new Secret(`sk-${marker}-7f3a9b`),
  "a pair of keys": () => keyPair({ accessKey: `${marker}-access`, secretKey: `${marker}-secret` }),
};
const picture = "https://example.com/picture.png";
/** One fault of each kind of error. */
const faults = [
  "",
  "silent",
  "code=1301",
  "code=5000",
  "code=gateway-error",
  "fault=connection-refused",
  "fault=reset-after-accept",
  "fault=html-502",
  "fault=truncated-json",
  "fault=redirect-html",
];

/** Everything a log could make of a value, causes and stacks too. */
function traces(value: unknown): string {
  const parts = [inspect(value, { depth: 12, showHidden: true, getters: true }), JSON.stringify(value), String(value)];
  for (let node = value; node instanceof Error; node = node.cause) parts.push(node.message, String(node.stack));
  return parts.join("\n");
}

describe.each(["cometapi", "kling"] satisfies Dialect[])("a marked key, dialect %s,", (dialect) => {
  it.each(Object.entries(keys))("%s, shows in no error, event or object, whatever goes wrong", async (_, key) => {
    for (const fault of faults) {
      const clock = new TestClock();
      const mock = createMock({ dialect, clock: new MockClock(() => clock.now()) });
      const events: KlingEvent[] = [];
      let authorised = 0;
      const fetch: typeof globalThis.fetch = async (input, init) => {
        const request = new Request(input, init);
        if (request.headers.get("authorization")?.startsWith("Bearer ")) authorised += 1;
        if (fault === "silent") return new Promise<never>(() => {});
        if (fault !== "") request.headers.set("prefer", fault);
        // Simulated keys are any; the marked one would be refused where it is signed for another pair.
        request.headers.set("authorization", "Bearer sk-test-key");
        return mock.fetch(request, { redirect: request.redirect });
      };
      const onEvent = (event: KlingEvent) => void events.push(event);
      const client = createKlingClient({ apiKey: key(), dialect, fetch, clock, onEvent, retry: { attempts: 2 } });
      const { image2video, tts } = client;
      const calls: (() => Promise<unknown>)[] = [
        () => image2video.submit({ image: picture, external_task_id: "own" }),
        () => image2video.generate({ image: picture }, { timeoutMs: 20_000 }),
        () => image2video.get("own"),
        () => image2video.list(),
        () => image2video.wait("own", { timeoutMs: 20_000 }),
        () => client.resume({ family: "image2video", external_task_id: "own" }, { timeoutMs: 20_000 }),
        () => client.pending(),
        () => tts({ text: "Good morning", voice_id: "oversea_male1", voice_language: "en" }),
        // A watch has no deadline: transient faults would go on for ever.
        ...(fault === "" || fault === "code=1301" ? [() => watch(client, ["image2video/own"]).next()] : []),
      ];
      for (const call of calls) expect(traces(await finish(clock, call(), 20_000)), fault).not.toMatch(marker);
      expect(traces(events), fault).not.toMatch(marker);
      expect(traces(client)).not.toMatch(marker);
      expect(authorised).toBeGreaterThan(calls.length - 2);
    }
  });
});

describe.each(Object.entries(keys))("%s that the server quotes", (name, key) => {
  /** Answers with everything it was sent, in each text of a task or a refusal. */
  const quoting =
    (standing: "failed" | "succeed" | "refused", isEscaped: boolean): typeof globalThis.fetch =>
    async (input, init) => {
      const sent = String(new Request(input, init).headers.get("authorization"));
      const quote = `Seen: ${sent} ${name === "a pair of keys" ? `${marker}-access ${marker}-secret` : ""}`;
      const task_result = { videos: [{ id: "1", url: quote }] };
      const told = { task_status_msg: quote, task_result, [quote]: [{ deep: { quote } }] };
      const task = { task_id: "1", task_status: standing, ...told };
      const body = standing === "refused" ? { code: 1200, message: quote, request_id: quote } : { code: 0, data: task };
      const text = JSON.stringify(body);
      // As JSON may write any character.
      const escaped = text.replaceAll(/[a-z-](?=[^"]*"[,}\]])/gi, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
      return new Response(isEscaped ? escaped : text, { status: standing === "refused" ? 400 : 200 });
    };

  it.each(["failed", "succeed", "refused"] as const)("shows nowhere: %s", async (standing) => {
    for (const isEscaped of [false, true]) {
      const clock = new TestClock();
      const tokens: string[] = [];
      const events: KlingEvent[] = [];
      const answer = quoting(standing, isEscaped);
      const fetch: typeof globalThis.fetch = async (input, init) => {
        tokens.push(new Request(input, init).headers.get("authorization")?.replace("Bearer ", "") ?? "");
        return answer(input, init);
      };
      const onEvent = (event: KlingEvent) => void events.push(event);
      const client = createKlingClient({ apiKey: key(), dialect: "kling", fetch, clock, onEvent });
      const calls: (() => Promise<unknown>)[] = [
        () => client.image2video.submit({ image: picture, external_task_id: "own" }),
        () => client.image2video.get("1"),
        () => client.image2video.wait("1"),
        () => client.resume({ family: "image2video", task_id: "1" }),
        () => client.tts({ text: "Good morning", voice_id: "oversea_male1", voice_language: "en" }),
        () => watch(client, ["image2video/1"]).next(),
      ];
      for (const call of calls) {
        const seen = traces(await finish(clock, call()));
        expect(seen).toContain("[redacted]");
        expect(seen).not.toMatch(marker);
        for (const token of tokens) expect(seen).not.toContain(token);
      }
      expect(traces(events)).not.toMatch(marker);
      expect(tokens.every((token) => token.length > 10)).toBe(true);
    }
  });
});

describe("a marked key on the wire", () => {
  it.each([301, 302, 303, 307, 308])(
    "does not follow a %i to another origin, nor on the way to a result",
    async (status) => {
      const elsewhere = await listen(() => ({ status: 200, headers: {}, body: mp4 }));
      const server = await listen(() => ({ status, headers: { location: `${elsewhere.url}/stolen` }, body: "" }));
      const options = { baseUrl: server.url, retry: { attempts: 1 } } as const;
      const client = createKlingClient({ ...options, apiKey: keys["a key"]() });
      const { image2video } = client;
      const calls = [
        image2video.submit({ image: picture }),
        image2video.get("1"),
        image2video.list(),
        client.tts({ text: "Good morning", voice_id: "oversea_male1", voice_language: "en" }),
      ];
      for (const outcome of await Promise.allSettled(calls)) {
        expect(outcome).toMatchObject({ status: "rejected", reason: { code: "wrong-address" } });
      }
      expect(server.requests).toHaveLength(4);
      for (const { headers } of server.requests) expect(headers.authorization).toContain(marker);
      expect(elsewhere.requests).toEqual([]);
      await (await download(client, `${server.url}/result.mp4`)).blob();
      expect(elsewhere.requests).toHaveLength(1);
      for (const { url, rawHeaders } of [...server.requests.slice(4), ...elsewhere.requests]) {
        expect(`${url} ${rawHeaders}`).not.toMatch(marker);
      }
    },
  );
});

describe("a marked key of callbacks", () => {
  const key = `${marker}-0123456789abcdef`;

  it("makes tokens, and shows in no address, answer, error or object", async () => {
    const address = { family: "image2video", external_task_id: "own" };
    const url = await callbackUrl("https://example.com/hook", { ...address, key });
    const told: unknown[] = [];
    const receive = createCallbackHandler({
      token: key,
      secret: `whsec_${btoa(key)}`,
      onTask: (task) => told.push(task),
    });
    expect(url).not.toMatch(marker);
    expect(traces(receive)).not.toMatch(marker);
    for (const [target, body] of [
      [url, "{}"],
      [`${url}x`, "{}"],
      ["https://example.com/hook", "nothing"],
    ] as const) {
      const answer = await receive(new Request(target, { method: "POST", body }));
      expect(`${await answer.text()} ${JSON.stringify([...answer.headers])}`).not.toMatch(marker);
    }
    expect(told).toEqual([]);
    const mistake = await callbackUrl("nowhere", { ...address, key }).catch((error: unknown) => error);
    expect(traces(mistake)).not.toMatch(marker);
    expect(() => createCallbackHandler({ token: marker, onTask: () => {} })).toThrow(/^(?!.*CANARY)/);
  });
});

it("the client's key shows in no report of a callback that quotes it", async () => {
  const client = createKlingClient({ apiKey: keys["a key"]() });
  const told: unknown[] = [];
  const receive = createCallbackHandler({ client, token: "0123456789abcdef", onTask: (task) => told.push(task) });
  const address = { family: "image2video", external_task_id: "own", key: "0123456789abcdef" };
  const task_status_msg = `Key sk-${marker}-7f3a9b is queued`;
  const body = JSON.stringify({ task_id: "1", task_status: "processing", task_status_msg });
  await receive(new Request(await callbackUrl("https://example.com/hook", address), { method: "POST", body }));
  expect(traces(told)).toContain("Key [redacted] is queued");
  expect(traces(told)).not.toMatch(marker);
});

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A server on this machine that notes what it is asked. */
async function listen(reply: () => Reply): Promise<{ readonly url: string; readonly requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const { status, headers, body } = reply();
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
