// Derives everything in `generated/` from the contract: run by `turbo run generate`.
//   node generate/main.js [--source <spec folder>] [--out <folder>]
// Another source folder is used by the tests that change a copy of the contract.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundleContract } from "./bundle.js";
import { describeCall } from "./calls.js";
import { readCatalogue, renderCatalogue } from "./catalogue.js";
import { renderClientTables } from "./client-tables.js";
import { renderCoverage } from "./coverage.js";
import { renderFacts, renderSlotFacts } from "./facts.js";
import { describeFamily, renderFamilies } from "./families.js";
import { renderFields } from "./fields.js";
import { renderKnownFields } from "./known-fields.js";
import { renderMediaFields, renderMediaNames } from "./media-fields.js";
import { collectOperations } from "./operations.js";
import { contractProblems } from "./problems.js";
import { renderProfiles } from "./profiles.js";
import { renderTypes } from "./types.js";
import { renderValidators } from "./validators.js";

const here = path.dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { source: { type: "string" }, out: { type: "string" } } });
const source = path.resolve(values.source ?? path.join(here, ".."));
const out = path.resolve(values.out ?? path.join(source, "generated"));

try {
  const { files, counted } = await generate();
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(out, name), text);
  console.log(`generated ${counted} into ${path.relative(process.cwd(), out) || out}`);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  // A wrong edit of the contract, most often: its place says more than where the generator stopped.
  const problems = await contractProblems(source).catch(() => []);
  const isStated = problems.length > 0 || Object.getPrototypeOf(error) === Error.prototype;
  console.error([isStated ? error.message : error.stack, ...problems].join("\n"));
  process.exitCode = 1;
}

async function generate() {
  const catalogue = readCatalogue(source);
  const document = await bundleContract(source, catalogue);
  const operations = collectOperations(document);
  /** @type {Record<string, import("./families.js").FamilySource>} */
  const families = {};
  /** @type {Record<string, import("./calls.js").CallSource>} */
  const calls = {};
  for (const [name, verbs] of Object.entries(operations)) {
    const discontinued = catalogue.models.discontinuedRoutes?.[name];
    if (verbs.submit) families[name] = describeFamily(document, { name, discontinued }, verbs.submit, verbs);
    if (verbs.call) calls[name] = describeCall(document, { name, free: catalogue.prices.free.calls }, verbs.call);
  }

  const files = {
    "openapi.json": `${JSON.stringify(document, null, 2)}\n`,
    "schema.ts": await renderTypes(document, catalogue.models.models),
    "families.ts": renderFamilies(families, calls),
    "profiles.ts": renderProfiles(document, operations, catalogue),
    "fields.ts": renderFields(document, operations),
    "known-fields.ts": renderKnownFields(document, operations),
    "media-fields.ts": renderMediaFields(document, operations),
    "media-names.ts": renderMediaNames(document, operations),
    "facts.ts": renderFacts(document, operations),
    "slot-facts.ts": renderSlotFacts(document, operations),
    "coverage.json": renderCoverage(document, operations),
    "catalogue.ts": renderCatalogue(catalogue),
    "client-tables.ts": renderClientTables(catalogue),
    ...(await renderValidators(document, operations)),
  };
  return { files, counted: `${Object.keys(families).length} families and ${Object.keys(calls).length} calls` };
}
