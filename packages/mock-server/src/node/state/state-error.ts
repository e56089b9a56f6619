/** The state file can't be used. The message says why and what to do, in one sentence. */
export class StateFileError extends Error {
  override readonly name = "StateFileError";
}
