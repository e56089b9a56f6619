/** The system's word for what went wrong, as Node passes it on: `ENOSPC`; empty where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
