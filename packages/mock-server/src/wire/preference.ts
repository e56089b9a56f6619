/** The steering words of one request: `Prefer: scenario=stuck, delay=2500`, or `[[scenario=stuck]]` in a prompt. */
export interface Preference {
  /** Refuse with this error of the catalogue, by number or name. */
  readonly code?: string;
  /** Let the task's life go like this scenario; on a read, show it for this answer. */
  readonly scenario?: string;
  /** Let the task fail with this text, of at most 200 characters; on a read, show it failed so: `failure="Too dark."`. */
  readonly failure?: string;
  /** Spoil the answer in this way. */
  readonly fault?: string;
  /** Let the task's callbacks go wrong in this way. */
  readonly "callback-fault"?: string;
  /** Answer this many milliseconds late, at most 600 000: `2500`, or a range to draw from, `200-800`. */
  readonly delay?: string;
  /** How late something comes that a fault lets come late, in milliseconds of the simulator's clock. Default 3 000. */
  readonly lag?: string;
  /** Do so for this request and the next matching ones, so many in all. */
  readonly times?: string;
}
