import { type Capability, type Conditions, type FeatureRule, type ModelPrices, profiles } from "@klingkit/spec";
import { models, prices } from "@klingkit/spec/catalogue";
import { usdOf } from "@klingkit/spec/pricing";

/** What one model can do in one family. */
export interface ModelRow {
  readonly model: string;
  readonly family: string;
  readonly modes: string;
  readonly durations: string;
  readonly discontinued: string;
  readonly features: readonly { readonly name: string; readonly needs: string }[];
}

export const modelRows: readonly ModelRow[] = Object.entries(models).flatMap(
  ([model, { discontinued: _, ...families }]) =>
    Object.entries(families).map(([family, capability]) => modelRow(model, family, capability as Capability)),
);

/** A price of the list: what one unit of `per` costs, by model, mode and tariff. */
export interface PriceRow {
  readonly operation: string;
  readonly model: string;
  readonly mode: string;
  readonly tariff: string;
  readonly units: number;
  readonly usd: number;
  readonly per: string;
  /** Since when the model is discontinued for the operation; "" where it is served. */
  readonly discontinued: string;
}

export const priceRows: readonly PriceRow[] = Object.entries(prices.operations).flatMap(([operation, row]) => {
  const { unit, per, byModel, byMode, tariffs = {} } = row;
  const tables: Readonly<Record<string, ModelPrices>> = byModel ?? (byMode ? { "": byMode } : {});
  return Object.entries(tables).flatMap(([model, table]) =>
    plain(table).map(({ mode, tariff, units }) => ({
      operation,
      model,
      mode: mode === "any" ? "" : mode,
      tariff: tariff === "" ? "" : conditionsOf(tariffs[tariff] ?? {}),
      units,
      usd: usdOf(units, unit),
      per,
      discontinued: modelRows.find((one) => one.model === model && one.family === operation)?.discontinued ?? "",
    })),
  );
});

/** Operations whose price is not on record. */
export const unpriced: readonly string[] = Object.keys({ ...profiles, ...prices.operations }).filter(
  (name) => !prices.free.calls.includes(name) && !priceRows.some(({ operation }) => operation === name),
);

/** What the gateway once charged for a silent clip: dollars, before it took over Kling's list. */
export const gatewayHistory = prices.gateway.history.map(({ date, clips, imageRange: [lowest, highest] }) => ({
  date,
  lowest,
  highest,
  rows: Object.entries(clips).flatMap(([model, byMode]) =>
    Object.entries(byMode).map(([mode, byDuration]) => ({ model, mode: mode === "any" ? "" : mode, byDuration })),
  ),
}));

export { prices };

function modelRow(model: string, family: string, capability: Capability): ModelRow {
  const { modes, durations = [], openDurations, discontinued, features = {}, values = {} } = capability;
  const own = Object.entries(features).map(([name, rule]) => ({ name, needs: ruleOf(rule) }));
  const others = Object.entries(values).map(([name, choices]) => ({ name, needs: choices.join(", ") }));
  return {
    model,
    family,
    modes: modes === "any" ? "no modes" : (modes ?? []).join(", "),
    durations: [durations.join(", "), openDurations && `unsettled: ${openDurations.durations.join(", ")}`]
      .filter(Boolean)
      .join("; "),
    discontinued: discontinued ?? "",
    features: [...own, ...others],
  };
}

function ruleOf(rule: FeatureRule): string {
  if (rule === true) return "";
  if (rule === false) return "not there";
  const sets = Array.isArray(rule) ? rule : [rule];
  return sets
    .map(({ open, ...conditions }) =>
      [conditionsOf(conditions as Conditions), open && "unsettled"].filter(Boolean).join("; "),
    )
    .join(", or ");
}

function conditionsOf(conditions: Conditions): string {
  const words = Object.entries(conditions).map(([field, values]) => {
    if (values.length === 0) return `no ${field}`;
    if (values.includes("*")) return `with ${field}`;
    return `${field} ${values.map((value) => (value === "" ? "absent" : value)).join(" or ")}`;
  });
  return words.join(", ");
}

function plain(table: ModelPrices): { readonly mode: string; readonly tariff: string; readonly units: number }[] {
  return Object.entries(table).flatMap(([key, value]) =>
    typeof value === "number"
      ? [{ mode: key, tariff: "", units: value }]
      : Object.entries(value).map(([mode, units]) => ({ mode, tariff: key, units })),
  );
}
