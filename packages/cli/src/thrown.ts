/** Why a `fetch` failed. Its own message says only that it did; the reason is its cause. */
export function fetchFailure(thrown: unknown): string {
  return thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : String(thrown);
}

/** The code of a system error, such as `ENOSPC`; for other values their text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
