import { readdir } from "node:fs/promises";
import path from "node:path";
import type { RawRow } from "../row.js";

const picture = /\.(jpe?g|png)$/i;

/** A row for each picture in the folder, by name. `{name}` in the prompt becomes the picture's, without its extension. */
export async function readFolder(folder: string, prompt: unknown): Promise<RawRow[]> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory() && picture.test(entry.name) && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
  return names.map((image) => {
    const { name } = path.parse(image);
    return { fields: { image, ...(typeof prompt === "string" ? { prompt: prompt.replaceAll("{name}", name) } : {}) } };
  });
}
