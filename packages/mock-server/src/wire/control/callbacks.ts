import type { Delivery } from "../../engine/delivery-log.js";
import type { Engine } from "../../engine.js";
import { jsonAnswer } from "../http.js";
import { accountOf, type ControlHandlers, limitOf, newest } from "./handler.js";

/** Control calls about callbacks, by method and path. */
export const callbackHandlers: ControlHandlers = {
  /** The log, and how many sends are still to come. */
  "GET /__mock/callbacks": (engine, call) => {
    const deliveries = newest(deliveriesOf(engine, accountOf(engine, call)), limitOf(call, 1_000));
    return jsonAnswer(200, { deliveries, pending: engine.callbacks.pending });
  },
};

/** What was sent about one account's tasks, or about all. */
export function deliveriesOf({ callbacks, tasks }: Engine, account: string | undefined): readonly Delivery[] {
  if (account === undefined) return callbacks.deliveries;
  return callbacks.deliveries.filter(({ taskId }) => tasks.byId(taskId)?.account === account);
}
