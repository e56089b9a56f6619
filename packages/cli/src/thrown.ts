/** What was thrown, in its own words: a dependency may throw anything. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Why a `fetch` failed. Its own message says only that it did; the reason is its cause. */
export function fetchFailure(thrown: unknown): string {
  return thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : String(thrown);
}

/** The system's word for what went wrong, such as `ENOSPC`; the error as text where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
