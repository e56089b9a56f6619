import { stat } from "node:fs/promises";

/** Whether a file was last written more than so many milliseconds ago. False for one that can't be looked at. */
export async function isOlder(file: string, ms: number): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ms;
}
