// What goes wrong in each round: with the first create, or with the second poll of a task.

const json = (status, body) => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

const says = (code, message) => ({ code, message, request_id: "6f1a2f0e-2c4c-4f5e-9a53-0f6f2d3c9a11" });

/** Milliseconds after which the slow answer comes, and after which a client gives up, where it can be told to. */
const slowMs = 5_000;
const clientTimeoutMs = 2_000;

/** The task was created and will be charged; only its answer is spoilt. */
const accepted = {
  500: () => json(500, says(5000, "internal error")),
  503: () => json(503, says(5001, "temporarily unavailable")),
  504: () => json(504, says(5002, "internal timeout")),
  HTML: ({ good, spoilers }) => spoilers["html-502"].spoil(good),
  empty: ({ good, spoilers }) => spoilers["empty-body"].spoil(good),
  truncated: ({ good, spoilers }) => spoilers["truncated-json"].spoil(good),
  reset: ({ good, spoilers }) => spoilers["reset-after-accept"].spoil(good),
};
const slow = { name: "slow", kind: "create", clientTimeoutMs, spoil: ({ good }) => ({ ...good, delayMs: slowMs }) };

/** A refusal inside HTTP 200, in the shapes of Kling and of gateways in front of it: there is no task and no charge. */
const refused = {
  "code, data null": () => ({ ...says(1201, "prompt is not valid"), data: null }),
  "code beside a task": ({ taskOf }) => ({ ...taskOf("0"), ...says(1201, "prompt is not valid") }),
  "code is a word": () => ({ code: "fail_to_fetch_task", message: "upstream error", data: null }),
  "code null": () => ({ code: null, message: "upstream error" }),
  error: () => ({ error: { message: "quota exceeded", type: "new_api_error", code: "insufficient_user_quota" } }),
};

/** One poll of a task that is under way. */
const polls = {
  500: accepted[500],
  502: () => json(502, says(5000, "bad gateway")),
  reset: accepted.reset,
  HTML: accepted.HTML,
  truncated: accepted.truncated,
};

const rounds = (kind, spoilt) => Object.entries(spoilt).map(([name, spoil]) => ({ name, kind, spoil }));
const limited = { name: "429", prefer: "fault=rate-limit-retry-after" };

/**
 * @typedef {object} Fault
 * @property {string} name
 * @property {"create" | "limit" | "refusal" | "poll"} kind a create that was accepted, one that was refused with 429 and
 * `Retry-After: 1`, one that was refused inside HTTP 200, or a poll
 * @property {number} [clientTimeoutMs] milliseconds after which the client is told to give up. Default: long
 * @property {string} [prefer] what the simulator is asked for, where it does all of it
 * @property {(given: { good?: object, spoilers: object, taskOf: (id: string) => object }) => object} [spoil] the answer
 * in place of the good one, which a refusal does not have
 */

/** @type {readonly Fault[]} */
export const faults = [
  ...rounds("create", accepted),
  slow,
  { ...limited, kind: "limit" },
  ...Object.entries(refused).map(([name, body]) => ({
    name,
    kind: "refusal",
    spoil: (given) => json(200, body(given)),
  })),
  ...rounds("poll", polls),
  { ...limited, kind: "poll" },
];
