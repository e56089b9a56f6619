// Derives everything in `generated/` from the contract: run by `turbo run generate`.
//   node generate/main.js [--source <spec folder>] [--out <folder>]
// Another source folder is used by the tests that change a copy of the contract.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundleContract } from "./bundle.js";
import { readCatalogue, renderCatalogue } from "./catalogue.js";
import { collectFamilies, renderFamilies, renderFields, renderProfiles } from "./families.js";
import { renderTypes } from "./types.js";
import { renderValidators } from "./validators.js";

const here = path.dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { source: { type: "string" }, out: { type: "string" } } });
const source = path.resolve(values.source ?? path.join(here, ".."));
const out = path.resolve(values.out ?? path.join(source, "generated"));

const catalogue = readCatalogue(source);
const document = await bundleContract(source, catalogue);
const families = collectFamilies(document, catalogue);

const files = {
  "openapi.json": `${JSON.stringify(document, null, 2)}\n`,
  "schema.ts": await renderTypes(document),
  "families.ts": renderFamilies(families),
  "profiles.ts": renderProfiles(families, catalogue),
  "fields.ts": renderFields(families),
  "catalogue.ts": renderCatalogue(catalogue),
  ...(await renderValidators(document, families)),
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [name, text] of Object.entries(files)) writeFileSync(path.join(out, name), text);
console.log(`generated ${Object.keys(families).length} families into ${path.relative(process.cwd(), out) || out}`);
