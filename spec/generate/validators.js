import Ajv2020 from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import { banner } from "./banner.js";

/**
 * Standalone validators of the request bodies: plain functions, no eval, no dependency.
 * @param {import("./schemas.js").Contract} document
 * @param {Record<string, import("./families.js").FamilySource>} families
 * @returns {Promise<Record<string, string>>} `validators.js` and its types
 */
export async function renderValidators(document, families) {
  const ajv = new Ajv2020.default({
    code: { source: true, esm: true },
    strict: false,
    allErrors: true,
    verbose: true,
    validateFormats: false,
  });
  // The root schema only carries the components; without an id of its own the references would not resolve.
  ajv.addSchema({ $id: "contract", components: document.components });
  /** @type {Record<string, string>} */
  const names = {};
  for (const { name, requestName } of Object.values(families)) {
    ajv.addSchema({ $id: `request-${name}`, $ref: `contract#/components/schemas/${requestName}` });
    names[`validate_${name}`] = `request-${name}`;
  }
  const code = standaloneCode.default(ajv, names);
  const entry = `${code}\nexport const requestValidators = {${Object.values(families)
    .map(({ name }) => `${JSON.stringify(name)}: validate_${name}`)
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
    "validators.js": `${banner}${result.outputFiles[0]?.text}`,
    "validators.d.ts": `${banner}
/** What a validator reports; the shape is ajv's. */
export interface ValidationError {
  /** JSON pointer of the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  /** The value itself. */
  readonly data?: unknown;
}
export interface RequestValidator {
  (body: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}
/** One validator a family: true when the body fits the contract, else false with \`errors\` set. */
export declare const requestValidators: Readonly<Record<string, RequestValidator>>;
`,
  };
}
