import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";

/** The renderer's own code: here, and what it shares with browsers. */
const folders = [new URL(".", import.meta.url), new URL("../../media/", import.meta.url)];

let print: Promise<string> | undefined;

/** Another text for another version of the renderer, so that no file of an older one is taken for its work. */
export function rendererPrint(): Promise<string> {
  print ??= readCode();
  return print;
}

async function readCode(): Promise<string> {
  const hash = createHash("sha256");
  for (const folder of folders) {
    // In a bundle the folder is another's, or not there.
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((file) => file.endsWith(".js")).sort())
      hash.update(await readFile(new URL(name, folder)));
  }
  return hash.digest("hex");
}
