import type { WaitOptions } from "../operations/wait.js";
import type { CallOptions } from "../options.js";

export interface WatchOptions extends CallOptions, Pick<WaitOptions, "firstPollMs" | "pollMs"> {
  /** Requests a second, for all tasks together. Fewer are sent while the server refuses them as too many. Default 5. */
  readonly requestsPerSecond?: number;
}
