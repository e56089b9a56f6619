import type { CallOptions } from "../options.js";
import type { PollOptions } from "../tasks/poll.js";

export interface WatchOptions extends Pick<CallOptions, "signal">, PollOptions {
  /**
   * Most requests a second, for all tasks together. Fewer are sent while the server refuses them as too many. Default
   * 5.
   */
  readonly requestsPerSecond?: number | undefined;
}
