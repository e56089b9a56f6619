// Names every style sheet of a page in its head. Code blocks name theirs where the page's first one was made, which need
// not be the first one that is read: what has been drawn above it would change its size.
import { readFileSync, writeFileSync } from "node:fs";
import { htmlFiles } from "./html-files.mjs";

const sheet = /<link rel="stylesheet" href="[^"]+"\s*\/?>/g;

export function putStylesFirst(folder) {
  for (const file of htmlFiles(folder)) {
    const html = readFileSync(file, "utf8");
    const end = html.indexOf("</head>");
    const [head, body] = [html.slice(0, end), html.slice(end)];
    const late = [...new Set(body.match(sheet))];
    if (late.length > 0) writeFileSync(file, head + late.join("") + body.replaceAll(sheet, ""));
  }
}
