import { MockProblem } from "../../engine/problem.js";
import type { Engine } from "../../engine.js";
import { type MockAnswer, type MockRequest, mockError } from "../http.js";
import { accountHandlers } from "./accounts.js";
import { callbackHandlers } from "./callbacks.js";
import { clockHandlers } from "./clock.js";
import { eventHandlers } from "./events.js";
import { fileHandlers } from "./files.js";
import type { ControlHandler, ControlHandlers } from "./handler.js";
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
export function answerControl(engine: Engine, request: MockRequest): MockAnswer | Promise<MockAnswer> {
  const refused = engine.access.refuseControl(request);
  if (refused) return refused;
  const { handler, id } = find(request);
  if (!handler) {
    const known = Object.keys(handlers).join(", ");
    return mockError(404, "unknown-control", `There is no ${request.method} ${request.path}. Known: ${known}.`);
  }
  try {
    return handler(engine, { request, id });
  } catch (error) {
    if (error instanceof MockProblem) return mockError(error.status, error.code, error.message);
    if (error instanceof RangeError) return mockError(400, "invalid-value", error.message);
    throw error;
  }
}

/** The handler for a path; its third segment may be an id. */
function find({ method, path }: MockRequest): { readonly handler: ControlHandler | undefined; readonly id: string } {
  const [, prefix = "", group = "", id = "", ...rest] = path.split("/");
  const pattern = id === "" ? path : ["", prefix, group, "{id}", ...rest].join("/");
  const key = `${method} ${pattern}`;
  return { handler: Object.hasOwn(handlers, key) ? handlers[key] : undefined, id: decode(id) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
