import { type CallbackHandler, createCallbackHandler } from "@klingkit/core/callbacks";
import { taskEnd } from "@klingkit/spec/client";
import type { Fleet } from "./fleet.js";

/**
 * Receives the provider's reports on a fleet's tasks at the address that workers were given as `callbackUrl`. A report is
 * never believed by itself: the task it is about is asked for at once. Serve it by `toNodeHandler` of `@klingkit/core/node`.
 */
export async function fleetCallbacks(fleet: Fleet): Promise<CallbackHandler> {
  return createCallbackHandler({
    token: await fleet.callbackKey(),
    onTask: ({ task_status, external_task_id }) =>
      taskEnd(task_status) && external_task_id !== undefined ? fleet.checkNow(external_task_id) : undefined,
  });
}
