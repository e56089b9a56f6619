import { type CallbackHandler, createCallbackHandler } from "@klingkit/core/callbacks";
import { taskEnd } from "@klingkit/spec/client";
import type { Fleet } from "./fleet.js";

/**
 * Makes a handler for the provider's callbacks (webhooks) at the address that workers got as `callbackUrl`. It does not
 * believe a callback: it queries the task at once. Serve it with `toNodeHandler` of `@klingkit/core/node`.
 */
export async function fleetCallbacks(fleet: Fleet): Promise<CallbackHandler> {
  return createCallbackHandler({
    token: await fleet.callbackKey(),
    onTask: ({ task_status, external_task_id }) =>
      taskEnd(task_status) && external_task_id !== undefined ? fleet.checkNow(external_task_id) : undefined,
  });
}
