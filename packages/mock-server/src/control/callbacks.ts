import { jsonAnswer } from "../wire/http.js";
import type { Some } from "../wire/parts.js";
import { accountOf, type ControlHandlers, limitOf, newest } from "./handler.js";

/** Control calls about callbacks, by method and path. */
export const callbackHandlers: ControlHandlers = {
  /** The log, and how many sends are still to come. */
  "GET /__mock/callbacks": (parts, call) => {
    const [limit, account] = [limitOf(call, 1_000), accountOf(parts, call)];
    return jsonAnswer(200, callbacksOf(parts, limit, account));
  },
};

/** The newest deliveries about one account's tasks, or about all, and how many are scheduled. */
export function callbacksOf({ callbacks }: Some<"callbacks">, limit: number, account: string | undefined) {
  const deliveries = account === undefined ? callbacks.deliveries : callbacks.deliveriesOf(account);
  const pending = account === undefined ? callbacks.pending : callbacks.pendingOf(account);
  return { deliveries: newest(deliveries, limit), pending };
}
