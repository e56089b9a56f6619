import type { Account } from "../engine/account.js";
import type { Body } from "./body.js";
import type { MockRequest } from "./http.js";
import type { Parts, Some } from "./parts.js";
import type { Preference } from "./preference.js";

/** Facts about a request that are collected while it is answered, for the log. */
export interface Trace {
  /** When it came, in Unix milliseconds of the simulator's clock: the time at which everything about it happens. */
  readonly at: number;
  /** The operation and endpoint the path names, `image2video.submit` or `tts.call`; else `result`, `preflight`, `page` or `unknown`. */
  route: string;
  account?: string;
  taskId?: string;
  /** The simulator's own remarks on what it let pass, as headers of the answer. */
  readonly remarks: Record<string, string>;
}

/** An accepted caller's request on its way to an answer, with the parts of the simulator that the answer takes. */
export interface Exchange<Part extends keyof Parts = keyof Parts> {
  readonly parts: Some<Part>;
  readonly request: MockRequest;
  readonly account: Account;
  /** The body's fields, or the query of a call that has no body. */
  readonly sent: Body;
  readonly preference: Preference;
  readonly trace: Trace;
}
