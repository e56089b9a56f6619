import { aboutAnother, asOtherTask, faultsOfState, withOtherId } from "./faults-of-state.js";
import { byteLength, htmlAnswer, jsonAnswer, type MockAnswer, mockError } from "./http.js";
import type { Refusals } from "./refusal.js";

/** A fault: a way to damage an answer. */
export interface Fault {
  readonly description: string;
  /** True if the fault happens before the request is looked at: no task, no charge. */
  readonly before: boolean;
  /** False if the answer is correct, so that its caller knows of a task. Default true. */
  readonly spoils?: false;
  /** Milliseconds until the answer where `delay` does not say otherwise. Default 0. */
  readonly answerAfterMs?: number;
  /** Milliseconds over which the body is spread where `delay` does not say otherwise. */
  readonly dripMs?: number;
  spoil(answer: MockAnswer, refusals: Refusals): MockAnswer;
}

/** What a proxy in front of the server says. */
function proxyPage(status: number, title: string): MockAnswer {
  const page = `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${status} ${title}</h1></body></html>\n`;
  return htmlAnswer(status, page);
}

/** Faults before the request is looked at. */
const early: Readonly<Record<string, Omit<Fault, "before">>> = {
  "connection-refused": {
    description: "The connection is refused. A host that can't do that answers 501 and says so.",
    spoil: () => unsupportedFault("connection-refused"),
  },
  "reset-before": {
    description:
      "The connection is cut before the request is carried out: before its body is read if the `Prefer` header asks for it, otherwise perhaps after.",
    spoil: (answer) => ({ ...answer, reset: true }),
  },
  "rate-limit": {
    description: "429 without Retry-After, in the dialect's own shape.",
    spoil: (_answer, refusals) => refusals.rateLimit(),
  },
  "rate-limit-retry-after": {
    description: "429 with `Retry-After: 1`, in the dialect's own shape.",
    spoil: (_answer, refusals) => withHeader(refusals.rateLimit(), "retry-after", "1"),
  },
  "invalid-request-500": {
    description: "500 with `invalid_request`, as for a malformed request: repeating it does not help.",
    spoil: (_answer, refusals) => refusals.gateway(500, "invalid_request", "field messages is required"),
  },
  "html-403": {
    description: "A proxy's HTML page: forbidden. On a result's address: the file is refused.",
    spoil: () => proxyPage(403, "Forbidden"),
  },
  "html-404": {
    description: "A proxy's HTML page: not found. On a result's address: its file is not there.",
    spoil: () => proxyPage(404, "Not Found"),
  },
  "html-413": {
    description: "A proxy's HTML page: the request is too large for it.",
    spoil: () => proxyPage(413, "Request Entity Too Large"),
  },
  "redirect-html": {
    description: "301 to a page of HTML.",
    spoil: () => ({ status: 301, headers: { location: "/" }, body: "" }),
  },
};

/** Faults after the work was done: a task may exist and be charged. */
const late: Readonly<Record<string, Omit<Fault, "before">>> = {
  "reset-after-accept": {
    description: "The connection is cut after the request was carried out: a task may exist and be charged.",
    spoil: (answer) => ({ ...answer, reset: true }),
  },
  "html-502": { description: "A proxy's HTML page instead of the answer.", spoil: () => proxyPage(502, "Bad Gateway") },
  "html-200": {
    description: "An HTML page with status 200.",
    spoil: () => ({ ...proxyPage(502, "Bad Gateway"), status: 200 }),
  },
  "empty-body": { description: "The right status, no body.", spoil: (answer) => ({ ...answer, body: "" }) },
  "truncated-json": {
    description: "The body (of an answer or a result) is cut off in the middle; Content-Length fits what is left.",
    spoil: (answer) => ({ ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) }),
  },
  "cut-body": {
    description: "The connection is cut after half the body; Content-Length is that of the whole.",
    spoil: (answer) => ({ ...answer, cut: true }),
  },
  "wrong-length": {
    description: "Content-Length is larger than the body, and the body ends as if it were complete.",
    spoil: (answer) => promising(answer, (lengthOf(answer) || 1) * 2),
  },
  "wrong-type": {
    description: "The JSON is valid but of another form than documented: a list.",
    spoil: (answer) => jsonAnswer(answer.status, ["unexpected"]),
  },
  "slow-drip": {
    description: "The body comes in ten pieces over five seconds, or over `delay`.",
    dripMs: 5_000,
    spoil: (answer) => answer,
  },
  "origin-timeout": {
    description: "524 from a proxy, as HTML and at once, although the request was carried out.",
    spoil: () => proxyPage(524, "A timeout occurred"),
  },
  "silent-origin-timeout": {
    description: "The same 524 after a silence of 100 seconds, or of `delay`.",
    answerAfterMs: 100_000,
    spoil: () => proxyPage(524, "A timeout occurred"),
  },
  "code-in-200": {
    description: "HTTP 200 with an error code, and with the real data.",
    spoil: (answer) => jsonAnswer(200, { ...fieldsOf(answer), code: 5000, message: "internal error" }),
  },
  "code-around-succeed": {
    description: "HTTP 200 with an error code, and with a task that has the status succeed.",
    spoil: (answer) =>
      jsonAnswer(200, { code: 5000, message: "internal error", data: { ...taskIn(answer), task_status: "succeed" } }),
  },
  "other-task": {
    description: "The answer is about another task: neither its task id nor its external_task_id is the right one.",
    spoil: (answer) => aboutAnother(answer, asOtherTask),
  },
  "rewritten-id": {
    description: "Another task id with the right external_task_id, as from a gateway that rewrites ids.",
    spoil: (answer) => aboutAnother(answer, withOtherId),
  },
  "bare-task": {
    description: "The task without its envelope.",
    spoil: (answer) => jsonAnswer(answer.status, taskIn(answer)),
  },
  "stored-task": {
    description: "The task inside another gateway's record of it; `code` is a word.",
    spoil: (answer) => jsonAnswer(answer.status, stored(taskIn(answer), taskIn(answer))),
  },
  "stored-task-deep": {
    description: "The same, one level deeper.",
    spoil: (answer) => jsonAnswer(answer.status, stored(taskIn(answer), fieldsOf(answer))),
  },
};

/** Faults in what the server knows, which the code that knows it looks for by name; the answer stays as it is. */
const ofState = Object.entries(faultsOfState).map(([name, description]): [string, Fault] => [
  name,
  name === "accept-late"
    ? { description, before: false, spoil: (answer) => ({ ...answer, reset: true }) }
    : { description, before: false, spoils: false, spoil: (answer) => answer },
]);

/** All faults, by name: `Prefer: fault=truncated-json`. The request is carried out unless the fault comes before it. */
export const faults: Readonly<Record<string, Fault>> = Object.fromEntries([
  ...ofState,
  ...Object.entries(early).map(([name, fault]) => [name, { ...fault, before: true }] as const),
  ...Object.entries(late).map(([name, fault]) => [name, { ...fault, before: false }] as const),
]);

/** The answer of a host that can't do what the fault asks for. A host that can looks at `refused` instead. */
function unsupportedFault(name: string): MockAnswer {
  const message = `This host can't express the fault "${name}"; the in-process fetch can.`;
  const answer = mockError(501, "unsupported-fault", message);
  return { ...withHeader(answer, "klingkit-unsupported-fault", name), refused: true };
}

/** Of an answer to HEAD, what its header says. */
function lengthOf({ headers, body }: MockAnswer): number {
  return Number(headers["content-length"] ?? byteLength(body));
}

/** Headers of a connection that closes right after the body; a reader of a kept connection would wait for the rest. */
function promising(answer: MockAnswer, bytes: number): MockAnswer {
  return withHeader(withHeader(answer, "content-length", String(bytes)), "connection", "close");
}

function withHeader(answer: MockAnswer, name: string, value: string): MockAnswer {
  return { ...answer, headers: { ...answer.headers, [name]: value } };
}

function fieldsOf(answer: MockAnswer): Record<string, unknown> {
  return typeof answer.body === "string" && answer.body.startsWith("{")
    ? (JSON.parse(answer.body) as Record<string, unknown>)
    : {};
}

/** The task in an answer; the answer itself where it is a refusal. */
function taskIn(answer: MockAnswer): Record<string, unknown> {
  const fields = fieldsOf(answer);
  return fields.data !== null && typeof fields.data === "object" ? (fields.data as Record<string, unknown>) : fields;
}

/** The outer words of a stored task, by Kling's. */
const storedWords: Readonly<Record<string, string>> = {
  submitted: "SUBMITTED",
  succeed: "SUCCESS",
  succeeded: "SUCCESS",
  failed: "FAILURE",
};

function stored(task: Record<string, unknown>, inner: Record<string, unknown>): unknown {
  const status = storedWords[String(task.task_status)] ?? "IN_PROGRESS";
  const { task_id, task_status_msg: reason = "", created_at } = task;
  return {
    code: "success",
    message: "",
    data: { task_id, status, fail_reason: reason, submit_time: created_at, data: inner },
  };
}
