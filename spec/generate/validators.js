import Ajv from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import { banner } from "./banner.js";
import { mainEndpoint, requestSchema } from "./operations.js";

/**
 * Standalone validators of the request bodies and of the calls' queries: plain functions, no eval, no dependency.
 * @param {import("./schemas.js").Contract} document
 * @param {Record<string, import("./operations.js").Verbs>} operations
 * @returns {Promise<Record<string, string>>} `validators.js` and its types
 */
export async function renderValidators(document, operations) {
  const ajv = new Ajv.default({
    code: { source: true, esm: true },
    strict: false,
    allErrors: true,
    messages: false,
    validateFormats: false,
    // Shared parts become functions of their own instead of being repeated in every body that uses them.
    inlineRefs: false,
  });
  // The root schema only carries the components; without an id of its own the references would not resolve.
  ajv.addSchema({ $id: "contract", components: { schemas: withoutNotes(document.components.schemas) } });
  /** @type {Record<string, string>} */
  const names = {};
  for (const [name, verbs] of Object.entries(operations)) {
    ajv.addSchema({ $id: `request-${name}`, ...intoContract(requestSchema(document, mainEndpoint(verbs))) });
    names[`validate_${name}`] = `request-${name}`;
  }
  const code = boundErrors(standaloneCode.default(ajv, names));
  const entry = `${code}\nexport const requestValidators = {${Object.keys(operations)
    .map((name) => `${JSON.stringify(name)}: validate_${name}`)
    .join(",")}};`;
  const result = await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname, loader: "js" },
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    minifySyntax: true,
    treeShaking: true,
    write: false,
    logLevel: "error",
  });
  return {
    "validators.js": `${banner}${shortened(result.outputFiles[0]?.text ?? "")}`,
    "validators.d.ts": `${banner}
/** One problem that a validator found, in ajv's form. */
export interface ValidationError {
  /** JSON pointer of the value. */
  readonly instancePath: string;
  /** Present where the rule is a part of one of several alternatives. */
  readonly schemaPath?: "/anyOf/";
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface RequestValidator {
  (body: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}
/** One validator for each operation: true when the body fits the contract, else false with \`errors\` set. */
export declare const requestValidators: Readonly<Record<string, RequestValidator>>;
`,
  };
}

/** Errors after which a list's further items are not looked at. */
const mostErrors = 1_000;

/**
 * Ajv copies every error of an item that a shared part checks once more for each later item: in a list of many wrong
 * items that takes time by the square of their number. A list that holds this many errors needs no more of them.
 * @param {string} code
 */
function boundErrors(code) {
  const bounded = code.replaceAll(/(for\(let (i\d+)=0; \2<len\d+); \2\+\+\)/g, `$1 && errors < ${mostErrors}; $2++)`);
  if (bounded === code) throw new Error("Ajv writes its loops differently now; the number of errors is not bounded.");
  return bounded;
}

/** What validators hold of ajv's own that nobody reads, and what stands there instead. */
const shorter = [
  // Each value's parents, for rules that change values: the contract has none.
  [/, parentData, parentDataProperty, rootData = data \}/g, " }"],
  [/, parentData(: [^{}]*?)?, parentDataProperty(: [^{}]*?)?, rootData \}/g, " }"],
  // The path of the rule in the contract, of which only alternatives matter.
  [/schemaPath: "[^"]*\/anyOf\/[^"]*"/g, 'schemaPath: "/anyOf/"'],
  [/schemaPath: "(?!\/anyOf\/")[^"]*", /g, ""],
  // Adding an error to those that there are.
  [
    /let (err\d+) = (\{.*\});\s*vErrors === null \? vErrors = \[\1\] : vErrors\.push\(\1\), errors\+\+;/g,
    "(vErrors ??= []).push($2), errors++;",
  ],
];

/**
 * The same validators in four fifths of the code: every check of every body repeats these.
 * @param {string} code
 */
function shortened(code) {
  return shorter.reduce((before, [long, short]) => {
    const after = before.replaceAll(/** @type {RegExp} */ (long), /** @type {string} */ (short));
    if (after === before) throw new Error(`Ajv writes its validators differently now: nothing is like ${long}.`);
    return after;
  }, code);
}

/**
 * The schema with its references led into the contract.
 * @param {import("./schemas.js").Schema} schema
 * @returns {import("./schemas.js").Schema}
 */
function intoContract(schema) {
  return JSON.parse(JSON.stringify(withoutNotes(schema)).replaceAll('"#/components/', '"contract#/components/'));
}

/**
 * A copy without what only readers need, since validators carry parts of their schemas. A property may be called
 * `description` too; its value is a schema then, not a text.
 * @param {unknown} schema
 */
function withoutNotes(schema) {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => {
      const isNote =
        key.startsWith("x-") ||
        (key === "description" && typeof value === "string") ||
        (key === "default" && typeof value !== "object") ||
        (key === "examples" && Array.isArray(value));
      return isNote ? undefined : value;
    }),
  );
}
