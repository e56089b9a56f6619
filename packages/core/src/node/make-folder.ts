import { mkdir } from "node:fs/promises";
import path from "node:path";
import { codeOf } from "./error-code.js";

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` never comes back where the system refuses folders
 * as if one above were missing, as under /proc.
 * @param mode permissions of each folder that is made. Default 0o777, less the umask
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    const code = codeOf(error);
    const above = path.dirname(folder);
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || above === folder) throw error;
    await makeFolder(above, mode);
    await mkdir(folder, { mode }).catch((again: unknown) => {
      if (codeOf(again) !== "EEXIST") throw again;
    });
  }
}
