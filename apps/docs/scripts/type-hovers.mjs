// Gives names in blocks of TypeScript their types, found at build, for src/live/type-hovers.ts to show under the pointer.
import { readFileSync } from "node:fs";
import path from "node:path";
import { definePlugin, ExpressiveCodeAnnotation } from "@astrojs/starlight/expressive-code";
import { createLanguage } from "../src/types/language.mjs";

let language;
const found = new Map();

/** Put an example's types beside its code only once: pages show the same code again. */
function hoversOf(code) {
  // Astro runs in the site's folder; this file may have been bundled elsewhere.
  language ??= createLanguage(JSON.parse(readFileSync(path.resolve("public/live/types.json"), "utf8")));
  if (!found.has(code)) found.set(code, language.hovers(code));
  return found.get(code);
}

class TypeAnnotation extends ExpressiveCodeAnnotation {
  constructor({ type, words, ...range }) {
    super(range);
    this.text = encodeURIComponent(JSON.stringify({ type, words }));
  }

  render({ nodesToTransform }) {
    const properties = { dataType: this.text };
    return nodesToTransform.map((node) => ({ type: "element", tagName: "span", properties, children: [node] }));
  }
}

export const typeHovers = definePlugin({
  name: "type-hovers",
  hooks: {
    annotateCode({ codeBlock }) {
      if (codeBlock.language !== "ts") return;
      const lines = codeBlock.getLines();
      const starts = [0];
      for (const { text } of lines) starts.push(starts.at(-1) + text.length + 1);
      for (const { from, to, ...hover } of hoversOf(codeBlock.code)) {
        const line = starts.findLastIndex((start) => start <= from);
        const inlineRange = { columnStart: from - starts[line], columnEnd: to - starts[line] };
        lines[line]?.addAnnotation(new TypeAnnotation({ ...hover, inlineRange }));
      }
    },
  },
});
