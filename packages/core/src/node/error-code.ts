/** The system's word for what went wrong, as Node passes it on: `ENOSPC`; empty where the error has no code. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Whether the disk, or the user's share of it, is full. */
export function isDiskFull(code: string): boolean {
  return code === "ENOSPC" || code === "EDQUOT";
}
