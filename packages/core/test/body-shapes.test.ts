import {
  ConnectionError,
  type KlingkitError,
  RefusedError,
  ResponseFormatError,
  SubmitOutcomeUnknownError,
} from "@klingkit/core";
import { describe, expect, it } from "vitest";
import {
  answer,
  envelope,
  failure,
  html,
  picture,
  results,
  type Step,
  success,
  task,
  taskId,
  world,
} from "./helpers.js";

const unread = { type: ResponseFormatError, code: "response-format", retry: "after-delay" };
const unknown = { type: SubmitOutcomeUnknownError, code: "submit-outcome-unknown", retry: "unknown" };
const unreadableCreate = { ...unknown, reason: "unreadable-answer" };
const wrongAddress = { type: ResponseFormatError, code: "wrong-address", retry: "after-fix" };
const gatewayText = "model name is required (request id: 20260205132859798638387SIHCnxzJ)";
const gatewayId = "20260205132859798638387SIHCnxzJ";

interface Expected {
  readonly type: new (...args: never[]) => KlingkitError;
  readonly code: string;
  readonly retry: string;
  readonly providerCode?: unknown;
  readonly requestId?: string;
  readonly reason?: string;
}

interface Row {
  readonly name: string;
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  readonly read: Expected;
  readonly create: Expected;
}

/** A refusal that means the same for queries and creates. */
function both(expected: Expected): Pick<Row, "read" | "create"> {
  return { read: expected, create: expected };
}

const unreadable = { read: unread, create: unreadableCreate };
const badParameter = { type: RefusedError, code: "invalid-parameter", retry: "after-fix", providerCode: 1201 };

const rows: readonly Row[] = [
  {
    name: "shape A",
    status: 400,
    body: { code: 1201, message: "bad", request_id: "rq" },
    ...both({ ...badParameter, requestId: "rq" }),
  },
  {
    name: "shape A without a request id",
    status: 401,
    body: { code: 1002, message: "api key not found" },
    ...both({ type: RefusedError, code: "authorization-invalid", retry: "after-fix", providerCode: 1002 }),
  },
  {
    name: "shape A inside HTTP 200",
    status: 200,
    body: { code: 1201, message: "bad", request_id: "rq" },
    ...both({ ...badParameter, requestId: "rq" }),
  },
  {
    name: "an error code around a task that says succeed",
    status: 200,
    body: { code: 5000, message: "internal", request_id: "rq", data: task("succeed", { task_result: results }) },
    read: { type: RefusedError, code: "internal-error", retry: "after-delay", providerCode: 5000, requestId: "rq" },
    create: { ...unknown, reason: "server-error", providerCode: 5000, requestId: "rq" },
  },
  {
    name: "an unknown number inside HTTP 200",
    status: 200,
    body: { code: 7777, message: "new" },
    read: { type: RefusedError, code: "unknown-refusal", retry: "after-delay", providerCode: 7777 },
    create: { ...unknown, reason: "server-error", providerCode: 7777 },
  },
  {
    name: "an unknown number inside HTTP 400",
    status: 400,
    body: { code: 7777, message: "new" },
    ...both({ type: RefusedError, code: "unknown-refusal", retry: "after-fix", providerCode: 7777 }),
  },
  {
    name: "shape B",
    status: 400,
    body: { error: { message: gatewayText, type: "comet_api_error", param: null, code: "" } },
    ...both({
      type: RefusedError,
      code: "gateway-bad-request",
      retry: "after-fix",
      providerCode: "",
      requestId: gatewayId,
    }),
  },
  {
    name: "shape B that is malformed in disguise",
    status: 500,
    body: { error: { message: "field messages is required", code: "invalid_request" } },
    read: {
      type: RefusedError,
      code: "gateway-malformed-request",
      retry: "after-fix",
      providerCode: "invalid_request",
    },
    create: { ...unknown, reason: "server-error", providerCode: "invalid_request" },
  },
  {
    name: "shape B for a model nobody serves",
    status: 503,
    body: { error: { message: "no available channel", code: "model_not_found" } },
    ...both({
      type: RefusedError,
      code: "gateway-model-not-found",
      retry: "after-fix",
      providerCode: "model_not_found",
    }),
  },
  {
    name: "shape B with a text for an error",
    status: 502,
    body: { error: "upstream" },
    read: { type: RefusedError, code: "gateway-bad-gateway", retry: "after-delay" },
    create: { ...unknown, reason: "server-error" },
  },
  {
    name: "shape B inside HTTP 200",
    status: 200,
    body: { error: { message: "odd", code: "x" } },
    read: { type: RefusedError, code: "unknown-refusal", retry: "after-delay", providerCode: "x" },
    create: { ...unknown, reason: "server-error", providerCode: "x" },
  },
  ...[400, 404].map((status) => ({
    name: `shape C inside HTTP ${status}`,
    status,
    body: { code: "task_not_exist", message: "task_not_exist", data: null },
    ...both({ type: RefusedError, code: "task-not-found", retry: "after-fix", providerCode: "task_not_exist" }),
  })),
  {
    name: "shape C with the word success and nothing inside",
    status: 200,
    body: { code: "success", message: "", data: null },
    read: { type: RefusedError, code: "unknown-refusal", retry: "after-delay", providerCode: "success" },
    create: { ...unknown, reason: "server-error", providerCode: "success" },
  },
  ...[200, 400].map((status) => ({
    name: `shape D inside HTTP ${status}`,
    status,
    body: {
      message: "Voice",
      data: { message: "Voice", data: { code: 1201, message: "Voice id not found", request_id: "deep" } },
    },
    ...both({ ...badParameter, requestId: "deep" }),
  })),
  {
    name: "shape D one level shallower",
    status: 400,
    body: { message: "Voice", data: { code: 1201, message: "Voice", request_id: "deep" } },
    ...both({ ...badParameter, requestId: "deep" }),
  },
  {
    name: "shape E",
    status: 404,
    body: { code: null, message: "404" },
    read: { type: RefusedError, code: "route-unavailable", retry: "never" },
    create: { type: RefusedError, code: "route-unavailable", retry: "after-fix" },
  },
  {
    name: "shape E inside HTTP 200",
    status: 200,
    body: { code: null, message: "404" },
    read: { type: RefusedError, code: "route-unavailable", retry: "never" },
    create: { type: RefusedError, code: "route-unavailable", retry: "after-fix" },
  },
  {
    name: "shape E with words nobody knows, inside HTTP 200",
    status: 200,
    body: { code: null, message: "strange" },
    read: { type: RefusedError, code: "unknown-refusal", retry: "after-delay" },
    create: { ...unknown, reason: "server-error" },
  },
  {
    name: "a code that is a string of digits",
    status: 400,
    body: { code: "1201", message: "bad" },
    ...both({ type: RefusedError, code: "unknown-refusal", retry: "after-fix", providerCode: "1201" }),
  },
  {
    name: "a zero as a string",
    status: 200,
    body: { code: "0", message: "ok", data: task("submitted") },
    read: { type: RefusedError, code: "unknown-refusal", retry: "after-delay", providerCode: "0" },
    create: { ...unknown, reason: "server-error", providerCode: "0" },
  },
  ...[408, 425, 429, 460, 499].map((status) => ({
    name: `a code that the catalogue does not know inside HTTP ${status}, which proxies send after passing it on`,
    status,
    body: { code: "too_many", message: "slow down" },
    read: { type: RefusedError, code: "unknown-refusal", retry: "after-delay", providerCode: "too_many" },
    create: { ...unknown, reason: "server-error", providerCode: "too_many" },
  })),
  ...[408, 425, 460, 499].map((status) => ({
    name: `shape B inside HTTP ${status}`,
    status,
    body: { error: { message: "timeout" } },
    read: { type: RefusedError, code: "unknown-refusal", retry: "after-delay" },
    create: { ...unknown, reason: "server-error" },
  })),
  {
    name: "a code of the catalogue inside HTTP 408",
    status: 408,
    body: { code: 1201, message: "bad" },
    ...both(badParameter),
  },
  ...[200, 408, 425, 429, 460, 499, 502, 524].map((status) => ({
    name: `HTML inside HTTP ${status}`,
    status,
    body: html,
    ...unreadable,
  })),
  ...[400, 401, 403, 404, 405, 407, 414, 415, 431].flatMap((status) =>
    [html, "Forbidden"].map((body) => ({
      name: `${body === html ? "HTML" : "a text"} inside HTTP ${status}`,
      status,
      body,
      ...both({ type: RefusedError, code: "refused-in-front", retry: "after-fix" }),
    })),
  ),
  {
    name: "HTML inside HTTP 413",
    status: 413,
    body: html,
    ...both({ type: RefusedError, code: "too-large-in-front", retry: "after-fix" }),
  },
  { name: "a cut-off refusal", status: 400, body: '{"code":1201,"mess', ...unreadable },
  ...[301, 302, 307, 308].map((status) => ({
    name: `a redirect ${status}`,
    status,
    body: "",
    headers: { location: "https://elsewhere.example/" },
    ...both(wrongAddress),
  })),
  ...[200, 401, 429, 500, 503].map((status) => ({
    name: `an empty body inside HTTP ${status}`,
    status,
    body: "",
    ...unreadable,
  })),
  { name: "HTTP 204", status: 204, body: "", ...unreadable },
  { name: "content-length 0", status: 200, body: "", headers: { "content-length": "0" }, ...unreadable },
  { name: "white space", status: 200, body: " \n\t ", ...unreadable },
  {
    name: "a truncated body",
    status: 200,
    body: JSON.stringify(envelope(task("succeed"))).slice(0, 60),
    ...unreadable,
  },
  { name: "a truncated body inside HTTP 500", status: 500, body: '{"code":5000,"mess', ...unreadable },
  ...[[], [task("succeed")], "succeed", 1201, 0, null, true, {}].flatMap((body) =>
    [200, 500].map((status) => {
      const text = JSON.stringify(body);
      return { name: `${text} inside HTTP ${status}`, status, body: text, ...unreadable };
    }),
  ),
  { name: "a success inside HTTP 500", status: 500, body: envelope(task("succeed")), ...unreadable },
  { name: "a bare task inside HTTP 500", status: 500, body: task("succeed"), ...unreadable },
  { name: "a success without data", status: 200, body: { code: 0, message: "SUCCEED" }, ...unreadable },
  { name: "a success with null for data", status: 200, body: envelope(null), ...unreadable },
  ...["text", 5, true, [], {}].map((data) => ({
    name: `a success with ${JSON.stringify(data)} for data`,
    status: 200,
    body: envelope(data),
    read: { ...unread, requestId: "request-1" },
    create: { ...unreadableCreate, requestId: "request-1" },
  })),
  ...[{ task_id: 5.5 }, { task_id: null }, { task_status: undefined }, { task_status: 7 }, { task_status: null }].map(
    (part) => ({
      name: `a task with ${JSON.stringify(part)}`,
      status: 200,
      body: envelope(task("succeed", part)),
      read: { ...unread, requestId: "request-1" },
      create: { ...unreadableCreate, requestId: "request-1" },
    }),
  ),
  {
    name: "a wrapper four deep",
    status: 200,
    body: envelope({ data: { data: { data: { data: task("succeed") } } } }),
    read: { ...unread, requestId: "request-1" },
    create: { ...unreadableCreate, requestId: "request-1" },
  },
];

function check(error: unknown, row: Row, expected: Expected): void {
  expect(error).toBeInstanceOf(expected.type);
  const { code, retry, status, providerCode, requestId } = error as KlingkitError;
  expect({ code, retry, status, providerCode, requestId }).toEqual({
    code: expected.code,
    retry: expected.retry,
    status: row.status,
    providerCode: expected.providerCode,
    requestId: expected.requestId,
  });
  if (expected.reason) expect(error).toMatchObject({ reason: expected.reason });
}

describe.each(rows)("$name", (row) => {
  const step = answer(row.status, row.body, row.headers);

  it("ends a query in the right error", async () => {
    const { client, clock } = world([step], { retry: { attempts: 1 } });
    check(await failure(clock, client.image2video.get(taskId)), row, row.read);
  });

  it("ends a list in an error that a query knows too", async () => {
    const { client, clock } = world([step], { retry: { attempts: 1 }, dialect: "kling" });
    if (JSON.stringify(row.body) === JSON.stringify(envelope([]))) {
      expect(await success(clock, client.image2video.list())).toEqual([]);
    } else {
      const error = await failure(clock, client.image2video.list());
      expect(error).toBeInstanceOf(row.read.type);
      expect(error).toMatchObject({ code: row.read.code, retry: row.read.retry });
    }
  });

  it("ends a create in the right error, after one request", async () => {
    const { client, clock, posts } = world([step]);
    check(await failure(clock, client.image2video.submit({ image: picture })), row, row.create);
    expect(posts()).toBe(1);
  });
});

const wrappers: Readonly<Record<string, unknown>> = {
  "the normal envelope": envelope(task("succeed")),
  "an envelope with nulls": {
    ...envelope(task("succeed", { task_info: null, task_result: null, task_status_msg: null })),
    message: null,
    request_id: null,
  },
  "a bare task": task("succeed"),
  "a wrapper one deep": { code: "success", data: { data: task("succeed") } },
  "a wrapper two deep": { code: "success", data: { data: { data: task("succeed") } } },
  "a wrapper three deep": { code: "success", data: { data: { data: { data: task("succeed") } } } },
  "a stored task around a native one": {
    code: "success",
    data: { task_id: "outer", action: "OMNI_VIDEO", status: "SUCCESS", progress: "100%", data: task("succeed") },
  },
};

describe.each(Object.entries(wrappers))("%s", (_, body) => {
  it("is unwrapped for a query and for a create", async () => {
    const { client, clock } = world([answer(200, body)]);
    expect(await success(clock, client.image2video.get(taskId))).toMatchObject({
      task_id: taskId,
      task_status: "succeed",
    });
    expect(await success(clock, client.image2video.submit({ image: picture }))).toMatchObject({ task_id: taskId });
  });
});

describe("a stored task without a native one", () => {
  it.each([
    ["SUCCESS", "succeed"],
    ["FAILURE", "failed"],
    ["IN_PROGRESS", "processing"],
    ["SUBMITTED", "submitted"],
    ["QUEUED", "submitted"],
    ["NOT_START", "submitted"],
  ])("%s means %s", async (status, word) => {
    const { client, clock } = world([
      answer(200, { code: "success", data: { task_id: "t-1", status, fail_reason: "why" } }),
    ]);
    expect(await success(clock, client.image2video.get("t-1"))).toMatchObject({ task_id: "t-1", task_status: word });
  });

  it.each(["CANCELLED", "toString", "__proto__", "constructor"])("%s is no word of the wrapper", async (status) => {
    const { client, clock } = world([answer(200, { code: "success", data: { task_id: "t-1", status } })], {
      retry: { attempts: 1 },
    });
    expect(await failure(clock, client.image2video.get("t-1"))).toBeInstanceOf(ResponseFormatError);
  });
});

describe("ids", () => {
  it("stay exact where the server sends them as numbers", async () => {
    const body = `{"code":0,"data":{"task_id":829836802793406551,"task_status":"submitted","element_id":829836802793406551}}`;
    const { client, clock } = world([answer(200, body)]);
    expect(await success(clock, client.image2video.get("829836802793406551"))).toMatchObject({
      task_id: "829836802793406551",
      element_id: "829836802793406551",
    });
  });

  it("of the caller's own come from task_info, and only where they are text", async () => {
    const { client, clock } = world([
      answer(200, envelope(task("submitted", { task_info: { external_task_id: "mine-1" } }))),
      answer(200, envelope(task("submitted", { task_info: { external_task_id: 5 } }))),
      answer(200, envelope(task("submitted", { task_info: "odd" }))),
    ]);
    expect(await success(clock, client.image2video.get(taskId))).toHaveProperty("external_task_id", "mine-1");
    expect(await success(clock, client.image2video.get(taskId))).not.toHaveProperty("external_task_id");
    expect(await success(clock, client.image2video.get(taskId))).not.toHaveProperty("external_task_id");
  });
});

describe("a list", () => {
  it("resolves to handles, in the server's order", async () => {
    const second = { ...task("failed"), task_id: "842250903629086000" };
    const { client, clock, sent } = world([answer(200, envelope([task("succeed"), second]))], { dialect: "kling" });
    const list = await success(clock, client.image2video.list({ pageNum: 2, pageSize: 500 }));
    expect(list.map(({ family, task_id }) => `${family}/${task_id}`)).toEqual([
      `image2video/${taskId}`,
      "image2video/842250903629086000",
    ]);
    expect(sent[0]?.url).toBe("https://api-singapore.klingai.com/v1/videos/image2video?pageNum=2&pageSize=500");
  });

  it("with a row that is no task is an error, not a shorter list", async () => {
    const { client, clock, sent } = world([answer(200, envelope([task("succeed"), { task_id: "x" }]))], {
      dialect: "kling",
    });
    expect(await failure(clock, client.image2video.list())).toBeInstanceOf(ResponseFormatError);
    expect(sent).toHaveLength(4);
  });

  it("that CometAPI redirects says that the gateway documents none", async () => {
    const { client, clock } = world([answer(301, "", { location: "/" })]);
    const error = await failure(clock, client.image2video.list());
    expect(error).toBeInstanceOf(ResponseFormatError);
    expect((error as Error).message).toMatch(/no list|not documented|documents no/i);
  });
});

describe("something that is no answer at all", () => {
  const cut = () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"code":0,"da'));
          controller.error(new TypeError("terminated"));
        },
      }),
    );
  const steps: Readonly<Record<string, Step>> = {
    "a body that breaks off with an error": cut,
    "a fetch that throws a text": { throws: "oops" },
    "a fetch that throws nothing": { throws: undefined },
    "a fetch that returns no response": () => undefined as unknown as Response,
    "a network error response": () => Response.error(),
  };

  it.each(Object.entries(steps))("%s ends in a typed error", async (_, step) => {
    const { client, clock, posts } = world([step], { retry: { attempts: 1 } });
    const read = await failure(clock, client.image2video.get(taskId));
    expect([ConnectionError, ResponseFormatError].some((type) => read instanceof type)).toBe(true);
    expect(await failure(clock, client.image2video.submit({ image: picture }))).toBeInstanceOf(
      SubmitOutcomeUnknownError,
    );
    expect(posts()).toBe(1);
  });
});
