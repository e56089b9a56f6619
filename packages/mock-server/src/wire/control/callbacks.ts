import { jsonAnswer } from "../http.js";
import { type ControlHandlers, limitOf, newest } from "./handler.js";

/** Control calls about callbacks, by method and path. */
export const callbackHandlers: ControlHandlers = {
  /** The log, and how many sends are still to come. */
  "GET /__mock/callbacks": ({ callbacks }, call) => {
    const { deliveries, pending } = callbacks;
    return jsonAnswer(200, { deliveries: newest(deliveries, limitOf(call, 1_000)), pending });
  },
};
