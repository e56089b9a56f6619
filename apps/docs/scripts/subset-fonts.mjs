// The fonts, cut to what the pages need: half of a first visit's bytes would be letters and weights that no page has.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import subsetFont from "subset-font";

const { resolve } = createRequire(import.meta.url);
const folder = path.resolve(import.meta.dirname, "../generated");
const ascii = range(0x20, 0x7e);
const marks = "×÷–—‘’“”…→←↑↓−≤≥·•";
/** By the file that is made. Readers write their own words into the code only; headings have one weight. */
const fonts = {
  heading: { family: "bricolage-grotesque", letters: ascii + marks, weight: 650 },
  text: { family: "instrument-sans", letters: ascii + marks, weight: { min: 400, max: 700 } },
  code: { family: "jetbrains-mono", letters: ascii + range(0xa0, 0xff) + marks, weight: { min: 400, max: 700 } },
};

export async function subsetFonts() {
  mkdirSync(folder, { recursive: true });
  for (const [name, { family, letters, weight }] of Object.entries(fonts)) {
    const file = resolve(`@fontsource-variable/${family}/files/${family}-latin-wght-normal.woff2`);
    const options = { targetFormat: "woff2", variationAxes: { wght: weight }, noLayoutClosure: true };
    writeFileSync(path.join(folder, `${name}.woff2`), await subsetFont(readFileSync(file), letters, options));
  }
}

function range(first, last) {
  return String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, index) => first + index));
}
