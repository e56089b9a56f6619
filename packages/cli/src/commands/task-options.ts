import type { ConnectionOptions } from "../connection.js";
import type { ResultFileOptions } from "../result-file.js";

export interface TaskOptions extends ConnectionOptions {
  readonly json?: boolean;
  /** Family of a bare id. */
  readonly family?: string;
}

export interface ListOptions extends TaskOptions {
  readonly pageNum?: number;
  readonly pageSize?: number;
}

export interface WaitOptions extends TaskOptions, ResultFileOptions {
  readonly preview?: boolean;
  readonly timeout?: number;
}
