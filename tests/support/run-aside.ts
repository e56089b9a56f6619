import { exec } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(exec);

/** A command as it stands in a document, in a folder of its own. @throws with all that it printed, when it fails */
export async function runAside(command: string, cwd: string, env: Readonly<Record<string, string>> = {}) {
  const surroundings = { ...process.env, ...env };
  try {
    return await execute(command, { cwd, env: surroundings, maxBuffer: 2 ** 26 });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${command} failed in ${cwd}:\n${stdout}${stderr}`);
  }
}
