/**
 * A file of the built package by its path in `dist`. This code ends in a chunk, and `dist/chunks` is as deep as this
 * folder, so that it finds the file from its source as well: only here may code rely on where it lies.
 */
export function builtFile(path: string): URL {
  return new URL(`../../dist/${path}`, import.meta.url);
}
