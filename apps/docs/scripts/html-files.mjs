import { readdirSync } from "node:fs";
import path from "node:path";

/** Every page in a folder of the built site, the sandbox's frame too. */
export function htmlFiles(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html"));
  return names.map((name) => path.join(folder, name));
}
