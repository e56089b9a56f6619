/** The system's word for what went wrong, such as `ENOSPC`; the error as text where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
