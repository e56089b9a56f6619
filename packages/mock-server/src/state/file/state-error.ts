/** The state file can't be used. The message says why and what to do, in one sentence. */
export class StateFileError extends Error {
  override readonly name = "StateFileError";
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  ENOENT: "its folder does not exist",
  ENOTDIR: "its folder is a file",
  EISDIR: "it is a folder",
  EROFS: "its folder can only be read",
  EACCES: "access is denied",
  EPERM: "access is denied",
};

/** The system's reason in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ""] ?? message;
}
