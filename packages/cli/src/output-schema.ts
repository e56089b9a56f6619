import { exitCodes } from "./exit-code.js";

type Schema = Readonly<Record<string, unknown>>;

const text = { type: "string" };
const number = { type: "number" };
const boolean = { type: "boolean" };
const nullable = (type: string) => ({ type: [type, "null"] });
const list = (items: Schema) => ({ type: "array", items });
const exitCode = { enum: [...new Set(Object.values(exitCodes))] };
const ref = (name: string) => ({ $ref: `#/$defs/${name}` });

/** An object with these properties and perhaps more; those named in `optional` may be missing. */
function object(properties: Schema, optional: readonly string[] = []): Schema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
  };
}

/** What several documents have in common. */
const parts = {
  handle: { type: "string", pattern: "^[A-Za-z0-9]+/.+", description: "family/id: other commands take it" },
  task: object({ task_id: text, task_status: text, family: text, created_at: number, updated_at: number }, [
    "created_at",
    "updated_at",
    "family",
  ]),
  error: object(
    { name: text, message: text, code: text, retry: text, remedy: text, exitCode, handle: { type: "object" } },
    ["handle", "retry", "remedy", "exitCode", "code", "name"],
  ),
  failure: object({ error: ref("error"), handles: list(ref("handle")), handle: ref("handle"), resume: text }, [
    "handles",
    "handle",
    "resume",
  ]),
  outcome: object({ handle: ref("handle"), image: text, files: list(text), exitCode, error: ref("error") }, [
    "handle",
    "image",
    "files",
    "error",
  ]),
  result: object({ task: ref("task"), handle: ref("handle"), files: list(text), file: text }, [
    "task",
    "handle",
    "file",
  ]),
} as const;

const created = { allOf: [ref("task"), object({ handle: ref("handle") })] };
const several = object({ results: list(ref("outcome")) });

/** What each command prints with `--json` when it succeeds, and `events` of those that have `--jsonl`. */
const documents = {
  generate: { anyOf: [ref("result"), several] },
  submit: created,
  call: { description: "the answer's data, as klingkit schema <call> --response describes it" },
  get: created,
  list: object({ tasks: list(ref("task")) }),
  wait: { anyOf: [ref("result"), object({ tasks: list(ref("outcome")), unfinished: list(ref("handle")) })] },
  download: ref("result"),
  jobs: object({
    jobs: list(
      object({
        handle: ref("handle"),
        state: text,
        ageSeconds: number,
        usd: nullable("number"),
        file: nullable("string"),
        model: nullable("string"),
        mode: nullable("string"),
        origin: text,
        external_task_id: text,
        task_id: nullable("string"),
      }),
    ),
    folder: text,
  }),
  resume: several,
  settle: object({ handle: ref("handle"), state: text }),
  forget: object({ forgotten: list(ref("handle")) }),
  estimate: object({ operation: text, model: nullable("string"), units: nullable("number"), usd: nullable("number") }),
  models: object({
    models: list(object({ model: text, operation: text, discontinued: nullable("string"), price: text })),
  }),
  errors: object({
    errors: list(object({ code: { type: ["number", "string", "null"] }, name: text, status: number, remedy: text })),
  }),
  config: object({ settings: list(object({ name: text, value: text, source: text })) }),
  doctor: object({
    checks: list(object({ name: text, ok: boolean, found: text, advice: text }, ["advice"])),
    ok: boolean,
  }),
  listen: object({ verified: boolean, status: number, words: text, forwarded: {}, path: text, body: {} }),
  trigger: object({ url: text, status: number, signed: boolean, body: { type: "object" } }),
  events: { oneOf: eventSchemas() },
} as const satisfies Readonly<Record<string, Schema>>;

/** One for each type of event. */
function eventSchemas(): Schema[] {
  const event = (type: string, properties: Schema, optional: readonly string[] = []) =>
    object({ type: { const: type }, ...properties }, optional);
  return [
    event("price", { address: text, simulated: boolean, units: nullable("number"), usd: nullable("number") }),
    event("sending", { handle: ref("handle") }),
    event("task", { handle: ref("handle") }),
    event("status", { handle: ref("handle"), task_status: text }),
    event("result", {}),
    event("error", { error: ref("error"), handle: ref("handle"), resume: text }, ["handle", "resume"]),
    event("end", { exitCode }),
  ];
}

/** Names that `klingkit schema <name> --output` takes. */
export const outputNames: readonly string[] = Object.keys(documents);

/** JSON Schema of what a command prints with `--json`: what it found, or an error. Of `events`, one line of `--jsonl`. */
export function outputSchema(name: string): Schema {
  const document = documents[name as keyof typeof documents];
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: name === "events" ? "A line that a command prints with --jsonl" : `klingkit ${name} --json`,
    ...(name === "events" ? document : { anyOf: [document, ref("failure")] }),
    $defs: parts,
  };
}
