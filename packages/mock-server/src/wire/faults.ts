import { htmlAnswer, jsonAnswer, type MockAnswer } from "./http.js";

/** A way to spoil an answer. */
export interface Fault {
  readonly description: string;
  /** True where the request is not even looked at: no task, no charge. */
  readonly before: boolean;
  spoil(answer: MockAnswer): MockAnswer;
}

const page =
  "<!doctype html>\n<html><head><title>Bad gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n";

/** Every fault, by name: `Prefer: fault=truncated-json`. The work is done unless the fault comes before it. */
export const faults: Readonly<Record<string, Fault>> = {
  "reset-before": {
    description: "The connection is cut before the request is looked at.",
    before: true,
    spoil: (answer) => ({ ...answer, reset: true }),
  },
  "reset-after-accept": {
    description: "The connection is cut after the work was done: a task may exist and be charged.",
    before: false,
    spoil: (answer) => ({ ...answer, reset: true }),
  },
  "html-502": {
    description: "A proxy's HTML page instead of the answer.",
    before: false,
    spoil: () => htmlAnswer(502, page),
  },
  "html-200": { description: "An HTML page with status 200.", before: false, spoil: () => htmlAnswer(200, page) },
  "empty-body": {
    description: "The right status, no body.",
    before: false,
    spoil: (answer) => ({ ...answer, body: "" }),
  },
  "truncated-json": {
    description: "The body is cut off in the middle.",
    before: false,
    spoil: (answer) => ({ ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) }),
  },
  "wrong-type": {
    description: "The JSON is valid and not what was promised: a list.",
    before: false,
    spoil: (answer) => jsonAnswer(answer.status, ["unexpected"]),
  },
  "origin-timeout": {
    description: "524 from the proxy in front, as HTML, although the work was done.",
    before: false,
    spoil: () => htmlAnswer(524, page.replaceAll("502 Bad Gateway", "524 A timeout occurred")),
  },
  "code-in-200": {
    description: "HTTP 200 around an error code, with the real data beside it.",
    before: false,
    spoil: (answer) => jsonAnswer(200, { ...dataOf(answer), code: 5000, message: "internal error" }),
  },
};

function dataOf(answer: MockAnswer): Record<string, unknown> {
  return typeof answer.body === "string" && answer.body.startsWith("{")
    ? (JSON.parse(answer.body) as Record<string, unknown>)
    : {};
}
