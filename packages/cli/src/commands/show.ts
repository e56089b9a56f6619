import { InputError } from "@klingkit/core";
import * as catalogue from "@klingkit/spec/catalogue";
import { type ConnectionOptions, dialectOf } from "../connection.js";
import { checkBudget, describePrice } from "../cost-notice.js";
import { readBody } from "../fields.js";
import type { Io } from "../io.js";
import { kebabCase, operationName } from "../names.js";
import { notice, printResult, sentence } from "../report.js";
import { nearest } from "../suggest.js";
import { table } from "../table.js";

export interface ShowOptions {
  readonly json?: boolean;
}

/** `klingkit models [operation or model]`: what each model can do, those still served first, with what it costs. */
export async function models(asked: string | undefined, options: ShowOptions, io: Io): Promise<void> {
  const isModel = asked !== undefined && Object.hasOwn(catalogue.models, asked);
  const wanted = asked === undefined || isModel ? undefined : operationName(asked, Object.keys(catalogue.models));
  const rows = Object.entries(catalogue.models).flatMap(([model, { discontinued: _, ...capabilities }]) =>
    Object.entries(capabilities).map(([operation, capability]) => ({ model, operation, ...Object(capability) })),
  );
  const shown: readonly Ability[] = rows
    .filter(({ operation }) => wanted === undefined || operation === wanted)
    .filter(({ model }) => !isModel || model === asked)
    .map(({ model, operation, discontinued, modes, durations }) => ({
      model,
      operation,
      discontinued: discontinued ?? null,
      modes: modes ?? null,
      durations: durations ?? null,
      price: priceOf(operation, model),
    }))
    .sort((one, other) => Number(one.discontinued !== null) - Number(other.discontinued !== null));
  if (shown.length === 0)
    throw new InputError(`${asked} takes no model_name.`, `See its fields with: klingkit schema ${asked}`, "no-models");
  const columns = modelColumns.filter(({ head }) => head !== (isModel ? "MODEL" : wanted && "OPERATION"));
  const head = columns.map((column) => column.head);
  const lines = shown.map((row) => columns.map(({ cell }) => cell(row)));
  await printResult(io, options.json, { models: shown }, table(head, lines, io.stdout));
}

/** What a model can do in one operation. */
interface Ability {
  readonly model: string;
  readonly operation: string;
  readonly discontinued: string | null;
  readonly modes: readonly string[] | "any" | null;
  readonly durations: readonly string[] | null;
  readonly price: string;
}

/** The one that may be cut on a narrow terminal comes last. */
const modelColumns: readonly { readonly head: string; readonly cell: (row: Ability) => string }[] = [
  { head: "MODEL", cell: ({ model }) => model },
  { head: "OPERATION", cell: ({ operation }) => kebabCase(operation) },
  { head: "MODES", cell: ({ modes }) => (modes === "any" || modes === null ? "" : modes.join(", ")) },
  { head: "SECONDS", cell: ({ durations }) => (durations === null ? "" : spanOf(durations)) },
  { head: "UNITS FOR EACH", cell: ({ price }) => price },
  { head: "STATE", cell: ({ discontinued }) => (discontinued === null ? "served" : `ended ${discontinued}`) },
];

/** "3 to 15" for a row of seconds without gaps. */
function spanOf(durations: readonly string[]): string {
  const [first = "", last = first] = [durations[0], durations.at(-1)];
  const isRow = durations.length > 2 && Number(last) - Number(first) === durations.length - 1;
  return isRow ? `${first} to ${last}` : durations.join(", ");
}

/** `std 0.3, pro 0.5 per second`; "" where no price is on record. */
function priceOf(operation: string, model: string): string {
  const row = catalogue.prices.operations[operation];
  const prices = row?.byModel?.[model];
  if (!row || !prices) return "";
  const modes = Object.entries(prices).filter(([, value]) => typeof value === "number");
  const texts = modes.map(([mode, value]) => (mode === "any" ? `${value}` : `${mode} ${value}`));
  return texts.length === 0 ? "" : `${texts.join(", ")} per ${row.per}`;
}

/** `klingkit errors [code]`: what a code of the provider's means, and what to do. */
export async function errors(code: string | undefined, options: ShowOptions, io: Io): Promise<void> {
  const { serviceErrors, serviceTextErrors, gatewayErrors, taskLayerErrors, nullCodeErrors } = catalogue;
  const rows = [...serviceErrors, ...serviceTextErrors, ...gatewayErrors, ...taskLayerErrors, ...nullCodeErrors].map(
    (row) => ({ code: null, ...row }),
  );
  const shown = rows.filter((row) => code === undefined || [String(row.code), row.name].includes(code));
  if (shown.length === 0) {
    const guess = nearest(
      String(code),
      rows.flatMap((row) => [String(row.code), row.name]),
    );
    throw new InputError(
      `No error ${code} is on record.`,
      guess ? `Did you mean ${guess}?` : "See all with: klingkit errors",
      "unknown-code",
    );
  }
  const lines =
    code === undefined
      ? table(
          ["CODE", "NAME", "HTTP", "WHAT TO DO"],
          shown.map((row) => [String(row.code), row.name, String(row.status), row.remedy]),
          io.stdout,
        )
      : shown.flatMap((row) => [
          `${row.code}  ${row.name}  (HTTP ${row.status})`,
          `  says      ${row.text}`,
          `  to do     ${row.remedy}`,
          `  a create may be sent again: ${row.create}; a query: ${row.read}`,
        ]);
  await printResult(io, options.json, { errors: shown }, lines);
}

export interface EstimateOptions extends ConnectionOptions, ShowOptions, Readonly<Record<string, unknown>> {
  readonly budget?: number;
}

/** `klingkit estimate <operation>`: what a request costs, in units and dollars; nothing is sent. */
export async function estimate(name: string, options: EstimateOptions, io: Io): Promise<void> {
  const operation = operationName(name);
  const { priceRequest } = await import("@klingkit/spec/pricing");
  const { checkRules } = await import("@klingkit/spec/rules");
  const body = await readBody(operation, options, io);
  // Who asks for a price may leave out the picture; what is given must go together.
  const findings = checkRules(operation, body, { dialect: dialectOf(options, io) }).filter(
    ({ field }) => field === undefined || body[field] !== undefined,
  );
  const refusal = findings.find(({ severity }) => severity === "refuse");
  if (refusal) throw new InputError(sentence(refusal.message), refusal.advice);
  for (const { advice } of findings) notice(io, `warning: ${advice}`);
  const price = priceRequest(operation, body);
  checkBudget(price, options.budget);
  const { model_name: model } = body;
  const words = typeof model === "string" ? `${describePrice(price)} with ${model}` : describePrice(price);
  await printResult(io, options.json, { operation, model: model ?? null, ...price }, [words]);
}
