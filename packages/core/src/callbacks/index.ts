export { type CallbackAddress, callbackUrl } from "./callback-url.js";
export { type CallbackHandler, type CallbackHost, createCallbackHandler } from "./handler.js";
export type { CallbackHandlerOptions, CallbackReport } from "./handler-options.js";
export type { Keys } from "./keys.js";
export { type CallbackMemory, createCallbackMemory, type SeenCallback } from "./memory.js";
export type { CallbackRefusal } from "./refusal.js";
export { type CallbackWaiter, createCallbackWaiter } from "./waiter.js";
