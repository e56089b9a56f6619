/** The system's word for what went wrong, as Node passes it on: `ENOSPC`; empty where the error has no code. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
