import type { Delivery } from "../engine/delivery-log.js";
import { jsonAnswer } from "../wire/http.js";
import type { Some } from "../wire/parts.js";
import { accountOf, type ControlHandlers, limitOf, newest } from "./handler.js";

/** Control calls about callbacks, by method and path. */
export const callbackHandlers: ControlHandlers = {
  /** The log, and how many sends are still to come. */
  "GET /__mock/callbacks": (parts, call) => {
    const deliveries = newest(deliveriesOf(parts, accountOf(parts, call)), limitOf(call, 1_000));
    return jsonAnswer(200, { deliveries, pending: parts.callbacks.pending });
  },
};

/** What was sent about one account's tasks, or about all. */
export function deliveriesOf(
  { callbacks, tasks }: Some<"callbacks" | "tasks">,
  account: string | undefined,
): readonly Delivery[] {
  if (account === undefined) return callbacks.deliveries;
  return callbacks.deliveries.filter(({ taskId }) => tasks.byId(taskId)?.account === account);
}
