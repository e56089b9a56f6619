import { MockProblem } from "../engine/problem.js";
import { isReadInPieces, maxBodyBytes } from "../wire/body.js";
import { type MockAnswer, type MockRequest, mockError } from "../wire/http.js";
import type { Parts } from "../wire/parts.js";
import { accountHandlers } from "./accounts.js";
import { callbackHandlers } from "./callbacks.js";
import { clockHandlers } from "./clock.js";
import { eventHandlers } from "./events.js";
import { fileHandlers } from "./files.js";
import { type ControlHandler, type ControlHandlers, onlyKnown } from "./handler.js";
import { ruleHandlers } from "./rules.js";
import { stateHandlers } from "./state.js";
import { taskHandlers } from "./tasks.js";

/** Every control call, by method and path; `control-api.yaml` documents them. */
const handlers: ControlHandlers = {
  ...stateHandlers,
  ...taskHandlers,
  ...clockHandlers,
  ...ruleHandlers,
  ...accountHandlers,
  ...callbackHandlers,
  ...eventHandlers,
  ...fileHandlers,
};

/** Answers the control API. Only for the developer's own machine. */
export function answerControl(parts: Parts, request: MockRequest): MockAnswer | Promise<MockAnswer> {
  const refused = parts.access.refuseControl(request);
  if (refused) return refused;
  if (request.body !== undefined && request.body.length > maxBodyBytes && !isReadInPieces(request))
    return mockError(413, "too-large", `The body has more than the ${maxBodyBytes} bytes that can be read here.`);
  const { handler, id, key } = find(request);
  if (!handler) {
    const known = Object.keys(handlers).join(", ");
    return mockError(404, "unknown-control", `There is no ${request.method} ${request.path}. Known: ${known}.`);
  }
  try {
    onlyKnown(Object.fromEntries(request.query), queryNames[key] ?? []);
    const answer = handler(parts, { request, id });
    return answer instanceof Promise ? answer.catch(explain) : answer;
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): MockAnswer {
  if (error instanceof MockProblem) return mockError(error.status, error.code, error.message);
  if (error instanceof RangeError) return mockError(400, "invalid-value", error.message);
  throw error;
}

/** What the queries of control calls may say; those of the others nothing. */
const queryNames: Readonly<Record<string, readonly string[]>> = {
  "GET /__mock/state": ["limit", "account"],
  "GET /__mock/requests": ["limit", "account"],
  "GET /__mock/ledger": ["limit", "before", "account"],
  "GET /__mock/tasks": ["limit", "before", "account"],
  "GET /__mock/callbacks": ["limit", "account"],
  "GET /__mock/rules": ["account"],
  "GET /__mock/files": ["address"],
};

interface Found {
  /** Method and path, `{id}` in place of an id. */
  readonly key: string;
  readonly handler: ControlHandler | undefined;
  readonly id: string;
}

/** The handler for a path; its third segment may be an id. */
function find({ method, path }: MockRequest): Found {
  const [, prefix = "", group = "", id = "", ...rest] = path.split("/");
  const pattern = id === "" ? path : ["", prefix, group, "{id}", ...rest].join("/");
  // What answers GET answers HEAD too: probes ask so. Hosts leave the body out.
  const key = `${method === "HEAD" ? "GET" : method} ${pattern}`;
  return { key, handler: Object.hasOwn(handlers, key) ? handlers[key] : undefined, id: decode(id) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
