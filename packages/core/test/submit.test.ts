import {
  AbortedError,
  ConnectionError,
  InputError,
  memoryTaskStore,
  RefusedError,
  ResponseFormatError,
  SubmitOutcomeUnknownError,
} from "@klingkit/core";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  answer,
  envelope,
  failure,
  finish,
  html,
  networkFault,
  picture,
  quiet,
  refusal,
  type Step,
  standing,
  success,
  taskId,
  world,
} from "./helpers.js";

const cycle: Record<string, unknown> = { image: picture };
cycle.self = cycle;

const minted = /^kk-[0-9a-f]{32}$/;

describe("the caller's id", () => {
  it("is minted where there is none, sent, and part of the handle", async () => {
    const { client, clock, sent } = world([standing("submitted")]);
    const first = await success(clock, client.image2video.submit({ image: picture, prompt: "run" }));
    const second = await success(clock, client.image2video.submit({ image: picture, external_task_id: "" }));
    expect(first.external_task_id).toMatch(minted);
    expect(first).toMatchObject({ family: "image2video", task_id: taskId, task_status: "submitted" });
    expect(sent[0]?.body).toEqual({ image: picture, prompt: "run", external_task_id: first.external_task_id });
    expect(second.external_task_id).toMatch(minted);
    expect(second.external_task_id).not.toBe(first.external_task_id);
    expect(sent[1]?.body.external_task_id).toBe(second.external_task_id);
  });

  it("of the caller's own choice is kept", async () => {
    const { client, clock, sent } = world([standing("submitted")]);
    const body = Object.freeze({ image: picture, external_task_id: "order_17-A" });
    expect(await success(clock, client.image2video.submit(body))).toHaveProperty("external_task_id", "order_17-A");
    expect(sent[0]?.body.external_task_id).toBe("order_17-A");
  });

  it.each(["a b", "a/b", "..", "é", "x".repeat(65), 5, {}, "a\n", "a?b"])(
    "%j is refused before anything is sent",
    async (own) => {
      const { client, clock, sent } = world([standing("submitted")]);
      const body = { image: picture, external_task_id: own as string };
      expect(await failure(clock, client.image2video.submit(body))).toBeInstanceOf(InputError);
      expect(sent).toHaveLength(0);
    },
  );
});

describe("a request", () => {
  it("carries the key, JSON and the gateway's path", async () => {
    const { client, clock, sent } = world([standing("submitted")]);
    await success(clock, client.image2video.submit({ image: picture }));
    expect(sent[0]).toMatchObject({
      method: "POST",
      url: "https://api.cometapi.com/kling/v1/videos/image2video",
      redirect: "manual",
    });
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer sk-test-key");
    expect(sent[0]?.headers.get("content-type")).toBe("application/json");
  });

  it.each([
    "https://host.example",
    "https://host.example/",
    "https://host.example/kling",
    "https://host.example/kling/",
  ])("to base URL %s goes to the provider's path in the kling dialect", async (baseUrl) => {
    const { client, clock, sent } = world([standing("submitted")], { baseUrl, dialect: "kling" });
    await success(clock, client.image2video.submit({ image: picture }));
    expect(sent[0]?.url).toBe("https://host.example/v1/videos/image2video");
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a list", []],
    ["a text", "image"],
    ["a cycle", cycle],
    ["a bigint", { image: picture, element_list: [{ element_id: 5n }] }],
  ])("with %s for a body is an input error and not an unknown outcome", async (_, body) => {
    const { client, clock, sent } = world([standing("submitted")]);
    expect(await failure(clock, client.image2video.submit(body as never))).toBeInstanceOf(InputError);
    expect(sent).toHaveLength(0);
  });

  it("is sent as it was when it was made: one body that is changed for each call was sent as changed last", async () => {
    const { client, clock, sent } = world([standing("submitted")]);
    const body = { image: picture, prompt: "", camera_control: { type: "simple", config: { zoom: 0 } } } as const;
    const calls = [1, 2, 3].map((zoom) => {
      Object.assign(body, { prompt: `take ${zoom}` });
      Object.assign(body.camera_control.config, { zoom });
      return client.image2video.submit(body);
    });
    await success(clock, Promise.all(calls));
    expect(sent.map(({ body }) => [body.prompt, body.camera_control])).toEqual(
      [1, 2, 3].map((zoom) => [`take ${zoom}`, { type: "simple", config: { zoom } }]),
    );
  });

  it("that pre-flight refuses is not sent; a warning is told and sent", async () => {
    const finding = {
      rule: "too-long",
      field: "prompt",
      message: "is too long",
      advice: "Shorten it.",
      situation: "invalid-parameter",
    } as const;
    const refusing = world([standing("submitted")], { preflight: () => [{ ...finding, severity: "refuse" }] });
    const error = await failure(refusing.clock, refusing.client.image2video.submit({ image: picture }));
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toBe("prompt: is too long. Shorten it.");
    expect(refusing.sent).toHaveLength(0);
    const warning = world([standing("submitted")], { preflight: () => [{ ...finding, severity: "warn" }] });
    await success(warning.clock, warning.client.image2video.submit({ image: picture }));
    expect(warning.events[0]).toMatchObject({ type: "warning", operation: "image2video" });
    expect(warning.sent).toHaveLength(1);
  });
});

/** The gateway's answer to an id it does not know. */
const notFound = answer(400, { code: "task_not_exist", message: "task_not_exist", data: null });

describe("after an ambiguous failure", () => {
  const ambiguous: readonly (readonly [string, Step, string])[] = [
    ["a reset", networkFault("ECONNRESET"), "no-answer"],
    ["a broken pipe", networkFault("EPIPE"), "no-answer"],
    ["an unexplained network error", { throws: new TypeError("Failed to fetch") }, "no-answer"],
    ["no answer", "no answer", "no-answer"],
    ["500 with 5000", refusal(500, 5000), "server-error"],
    ["503 with 5001", refusal(503, 5001), "server-error"],
    ["504 with 5002", refusal(504, 5002), "server-error"],
    ["5000 inside 200", refusal(200, 5000), "server-error"],
    ["a gateway's 500", answer(500, { error: { message: "internal", code: "" } }), "server-error"],
    ["524 with HTML", answer(524, html), "unreadable-answer"],
    ["502 with HTML", answer(502, html), "unreadable-answer"],
    ["200 with HTML", answer(200, html), "unreadable-answer"],
    ["an empty 500", answer(500, ""), "unreadable-answer"],
    ["an empty 200", answer(200, ""), "unreadable-answer"],
    ["half an answer", answer(200, '{"code":0,"message":"SUCCEED","da'), "unreadable-answer"],
    ["a success without a task", answer(200, envelope({})), "unreadable-answer"],
  ];

  it.each(ambiguous)("%s: one POST, and an error that says where to look", async (_, step, reason) => {
    const { client, clock, posts, sent } = world([step, notFound]);
    const error = await failure(clock, client.image2video.submit({ image: picture }));
    expect(error).toBeInstanceOf(SubmitOutcomeUnknownError);
    const id = sent[0]?.body.external_task_id;
    expect(id).toMatch(minted);
    expect(error).toMatchObject({ reason, retry: "unknown", handle: { family: "image2video", external_task_id: id } });
    expect((error as Error).message).toContain(`image2video/${id}`);
    expect((error as Error).message).not.toMatch(/try again/i);
    expect(posts()).toBe(1);
    expect(clock.sleepers.size).toBe(0);
  });

  it("keeps the task id of an answer that forgets the status", async () => {
    const { client, clock } = world([answer(200, envelope({ task_id: taskId }))]);
    const error = await failure(clock, client.image2video.submit({ image: picture }));
    expect(error).toMatchObject({ reason: "unreadable-answer", handle: { task_id: taskId, family: "image2video" } });
    expect((error as Error).message).toContain(`image2video/${taskId}`);
  });

  it("waits for an answer exactly as long as the caller allows", async () => {
    const { client, clock } = world(["no answer", notFound], { submitTimeoutMs: 7_000, timeoutMs: 1_000, settleMs: 0 });
    const started = clock.now();
    await failure(clock, client.image2video.submit({ image: picture }));
    expect(clock.now() - started).toBe(7_000);
  });
});

describe("after a certain refusal", () => {
  const certain: readonly (readonly [string, Step, unknown])[] = [
    ["1302", refusal(429, 1302), RefusedError],
    ["1303", refusal(429, 1303), RefusedError],
    ["1303 inside 200", refusal(200, 1303), RefusedError],
    ["a gateway's rate limit", answer(429, { error: { message: "slow down", code: "" } }), RefusedError],
    ["ECONNREFUSED", networkFault("ECONNREFUSED"), ConnectionError],
    ["ENOTFOUND", networkFault("ENOTFOUND"), ConnectionError],
  ];

  it.each(certain)("%s is repeated under the same id, at most `attempts` times", async (_, step, type) => {
    const { client, clock, sent, events } = world([step], { retry: { attempts: 3 } });
    expect(await failure(clock, client.image2video.submit({ image: picture }))).toBeInstanceOf(type);
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ body }) => body.external_task_id)).size).toBe(1);
    expect(events.filter((event) => event.type === "retry")).toHaveLength(2);
  });

  it.each(certain)("%s is followed by success where the server recovers", async (_, step) => {
    const { client, clock, sent } = world([step, standing("submitted")]);
    expect(await success(clock, client.image2video.submit({ image: picture }))).toHaveProperty("task_id", taskId);
    expect(sent).toHaveLength(2);
  });

  it("a repeat that becomes ambiguous is not repeated again", async () => {
    const { client, clock, sent, posts } = world([refusal(429, 1303), networkFault("ECONNRESET"), notFound]);
    const error = await failure(clock, client.image2video.submit({ image: picture }));
    expect(error).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(posts()).toBe(2);
    expect(error).toHaveProperty("handle.external_task_id", sent[0]?.body.external_task_id);
  });

  it.each([
    ["400 with 1201", refusal(400, 1201), RefusedError],
    ["401 with 1002", refusal(401, 1002), RefusedError],
    ["429 with 1102: an empty wallet", refusal(429, 1102), RefusedError],
    ["a redirect", answer(301, "", { location: "/" }), ResponseFormatError],
  ])("%s is not repeated", async (_, step, type) => {
    const { client, clock, sent } = world([step]);
    expect(await failure(clock, client.image2video.submit({ image: picture }))).toBeInstanceOf(type);
    expect(sent).toHaveLength(1);
  });
});

it("an id can be made in a page over plain http, which has no crypto.randomUUID", async () => {
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  try {
    const { client, clock, sent } = world([standing("submitted")]);
    await success(clock, client.image2video.submit({ image: picture }));
    expect(sent[0]?.body.external_task_id).toMatch(/^kk-[0-9a-f]{32}$/);
  } finally {
    vi.unstubAllGlobals();
  }
});

describe("an abort", () => {
  it("by a controller in the place of its signal is refused: it was told as an unforeseen fault", async () => {
    const { client, clock, sent } = world([standing("submitted")]);
    const signal = new AbortController() as unknown as AbortSignal;
    const params = { path: { id: taskId } };
    const { image2video, http } = client;
    for (const call of [
      () => image2video.submit({ image: picture }, { signal }),
      () => image2video.get(taskId, { signal }),
      () => http.GET("/kling/v1/videos/image2video/{id}", { params, signal }),
    ]) {
      const error = await failure(clock, call());
      expect(error).toBeInstanceOf(InputError);
      expect(error).toHaveProperty("message", "signal is no AbortSignal. Give controller.signal.");
    }
    expect(sent).toEqual([]);
  });

  it("before the call sends nothing and names no task", async () => {
    const { client, clock, sent } = world([standing("submitted")]);
    const signal = AbortSignal.abort("early");
    const error = await failure(clock, client.image2video.submit({ image: picture }, { signal }));
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ cause: "early", handle: undefined, retry: "after-fix" });
    expect(sent).toHaveLength(0);
  });

  it("during the request keeps the id, because a task may exist", async () => {
    const { client, clock, sent } = world(["no answer"]);
    const controller = new AbortController();
    const call = client.image2video.submit({ image: picture }, { signal: controller.signal });
    call.catch(() => {});
    await quiet();
    controller.abort("stop");
    await expect(call).rejects.toMatchObject({
      name: "AbortedError",
      cause: "stop",
      retry: "unknown",
      handle: { family: "image2video", external_task_id: sent[0]?.body.external_task_id },
    });
    await quiet();
    expect(clock.sleepers.size).toBe(0);
  });

  it.each(["reading the input", "claiming the intention"])(
    "while %s comes before the first byte: no task is named, nothing stays pending",
    async (phase) => {
      const controller = new AbortController();
      const abort = (at: string) => at === phase && controller.abort("stop");
      const store = memoryTaskStore();
      const { client, clock, sent } = world([standing("submitted")], {
        prepare: async (_, body) => {
          abort("reading the input");
          return body;
        },
        taskStore: {
          ...store,
          claim: async (record) => {
            abort("claiming the intention");
            return store.claim(record);
          },
        },
      });
      const call = client.image2video.submit({ image: picture }, { signal: controller.signal });
      expect(await failure(clock, call)).toMatchObject({ name: "AbortedError", handle: undefined, retry: "after-fix" });
      expect(sent).toHaveLength(0);
      expect(await client.pending()).toEqual([]);
    },
  );

  it("in the pause before a repeat ends at once, with nothing created", async () => {
    const { client, clock, sent } = world([refusal(429, 1303)]);
    const controller = new AbortController();
    const call = client.image2video.submit({ image: picture }, { signal: controller.signal });
    call.catch(() => {});
    await quiet();
    expect(clock.sleepers.size).toBe(1);
    controller.abort("stop");
    await expect(call).rejects.toMatchObject({ name: "AbortedError", handle: undefined, retry: "after-fix" });
    expect(sent).toHaveLength(1);
    expect(clock.sleepers.size).toBe(0);
  });

  it("from an observer of the request takes effect although the request is on its way", async () => {
    const controller = new AbortController();
    const { client, clock } = world(["no answer"], {
      onEvent: (event) => {
        if (event.type === "request") controller.abort("stop");
      },
    });
    const call = client.image2video.submit({ image: picture }, { signal: controller.signal });
    expect(await failure(clock, call)).toBeInstanceOf(AbortedError);
    expect(clock.now()).toBe(1_800_000_000_000);
  });
});

describe("a task store that can't be read", () => {
  it("is told of in klingkit's own error", async () => {
    const list = async () => {
      throw new Error("the database is down");
    };
    const { client } = world([standing("submitted")], { taskStore: { ...memoryTaskStore(), list } });
    await expect(client.pending()).rejects.toMatchObject({ name: "InputError", code: "task-store" });
  });
});

describe("an observer that throws", () => {
  it("does not lose the task that was paid for", async () => {
    const { client, clock, posts } = world([standing("submitted")], {
      onEvent: () => {
        throw new Error("the logger is broken");
      },
    });
    const outcome = await finish(clock, client.image2video.submit({ image: picture }));
    expect(outcome).toHaveProperty("value.task_id", taskId);
    expect(posts()).toBe(1);
  });

  it("and is asynchronous does not end the process by a rejection that nobody handles", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on("unhandledRejection", note);
    onTestFinished(() => void process.off("unhandledRejection", note));
    const onEvent = () => Promise.reject(new Error("the logger is broken"));
    const { client, clock } = world([standing("submitted")], { onEvent });
    expect(await success(clock, client.image2video.submit({ image: picture }))).toHaveProperty("task_id", taskId);
    await quiet();
    expect(unhandled).toEqual([]);
  });
});

describe("a family whose creates take no id of the caller's", () => {
  it("is sent none, and after an ambiguous failure the console is all there is to look at", async () => {
    const { client, clock, sent } = world([networkFault("ECONNRESET")]);
    const body = {
      input: { video_id: "1", mode: "text2video", text: "Hello", voice_id: "v", voice_language: "en" },
    } as const;
    const error = await failure(clock, client.lipSync.submit(body));
    expect(sent).toHaveLength(1);
    expect(sent[0]?.body).toEqual(body);
    expect(error).toMatchObject({ name: "SubmitOutcomeUnknownError", handle: { family: "lipSync" } });
    expect((error as Error).message).toMatch(/console/);
  });
});
