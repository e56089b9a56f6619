import path from "node:path";
import type { RowResult } from "../engine.js";
import { writeWhole } from "../write-whole.js";
import { showSheet } from "./page-script.js";
import { cardOf, type Sheet } from "./sheet.js";
import { style } from "./style.js";

/** Writes `report.html` into the output folder: a contact sheet that needs no server and loads nothing but the results. */
export async function writeReport(
  out: string,
  { name, results }: { readonly name: string; readonly results: readonly RowResult[] },
): Promise<void> {
  const sheet = { name, writtenAt: Date.now(), cards: results.map(cardOf) };
  await writeWhole(path.join(out, "report.html"), reportPage(sheet));
}

/** The page as text. */
function reportPage(sheet: Sheet): string {
  // No text of a row can end the script that it stands in.
  const data = JSON.stringify(sheet).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' file: data:; media-src 'self' file:">
<link rel="icon" href="data:,">
<title>Batch</title>
<style>${style}</style>
<header>
<h1></h1>
<p id="summary"></p>
<form>
<input id="search" type="search" placeholder="Search ids, prompts and reasons ( / )" aria-label="Search">
<select id="state" aria-label="Show"></select>
<select id="sort" aria-label="Sort"><option value="">as in the manifest</option><option value="cost">by cost</option><option value="attempts">by attempts</option></select>
</form>
</header>
<main></main>
<p id="none" class="none" hidden>No row fits.</p>
<script>(${showSheet})(${data})</script>
</html>
`;
}
