import type { Engine } from "../../engine.js";
import { jsonAnswer, type MockAnswer } from "../http.js";

/** Control calls about callbacks, by method and path. */
export const callbackHandlers: Readonly<Record<string, (engine: Engine) => MockAnswer>> = {
  /** The log, and how many sends are still to come. */
  "GET /__mock/callbacks": ({ callbacks }) =>
    jsonAnswer(200, { deliveries: callbacks.deliveries, pending: callbacks.pending }),
};
