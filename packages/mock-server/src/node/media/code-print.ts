import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { renderScript } from "./render-script.js";

let print: Promise<string> | undefined;

/** Another text for another version of the renderer, so that no file of an older one is taken for its work. */
export function rendererPrint(): Promise<string> {
  print ??= readCode();
  return print;
}

/** The thread's script holds all of the renderer's own code. */
async function readCode(): Promise<string> {
  // In somebody's bundle it is not there.
  const code = await readFile(renderScript).catch(() => "");
  return createHash("sha256").update(code).digest("hex");
}
