import { prices } from "../generated/catalogue.js";
import type { ModelPrices, OperationPrices, PricePer, PriceUnit } from "./catalogue-types.js";
import { own } from "./own.js";
import { RequestView } from "./rules/view.js";

/** The price of a request by Kling's list. */
export interface Price {
  /** Units in all; null when they can't be known, see `reason`. */
  readonly units: number | null;
  readonly unit: PriceUnit;
  readonly per: PricePer;
  /** Units for one of `per`; null when the price is not on record. */
  readonly rate: number | null;
  /** How many of `per` are billed; null when the request does not say. */
  readonly quantity: number | null;
  /** `units` in dollars, by the list price of a unit; CometAPI has charged the same since 2026-07-29. */
  readonly usd: number | null;
  /** Why `units` is null. */
  readonly reason?: string;
}

/** Facts that change the price and are not in the request; the caller may know them. */
export interface KnownFacts {
  /** Length of the output in seconds, where the input or the result decides it. */
  readonly seconds?: number | undefined;
  /** How many pictures came out of a series of `auto` length. */
  readonly images?: number | undefined;
  /** Mode of the task a request continues (video-extend). */
  readonly parentMode?: string | undefined;
}

/**
 * Prices a request from the catalogue. Pure; it checks only the fields the price depends on.
 * @param operation name of the operation, `image2video` or `tts`
 */
export function priceRequest(operation: string, body: unknown, known: KnownFacts = nothing): Price {
  if (prices.free.calls.includes(operation)) return free;
  const row = own(prices.operations, operation);
  if (!row) return unknown("video", "call", 1, `no price of ${operation} is on record`);
  const request = new RequestView(operation, body, { dialect: "kling" });
  const rate = rateOf(row, request, known);
  const quantity = quantityOf(row, request, known);
  const { unit, per } = row;
  if (typeof rate === "string") return unknown(unit, per, quantity, rate);
  if (quantity === null)
    return { ...unknown(unit, per, null, `the request does not say how many ${plural[per]} it makes`), rate };
  const units = round(rate * quantity);
  return { units, unit, per, rate, quantity, usd: usdOf(units, unit) };
}

/** Units in US dollars at list price: the one place where units become money. */
export function usdOf(units: number, unit: PriceUnit): number {
  return round(units * prices.units[unit].usd);
}

const nothing: KnownFacts = {};
const free: Price = { units: 0, unit: "video", per: "call", rate: 0, quantity: 1, usd: 0 };

const plural = { second: "seconds", "5-seconds": "seconds", call: "calls", image: "pictures" };

/** Units for one, or why they are unknown. */
function rateOf(row: OperationPrices, request: RequestView, known: KnownFacts): number | string {
  const table = row.byModel ? own(row.byModel, request.model) : row.byMode;
  if (!table) return `no price of ${request.model ? `${request.model} in ` : ""}${request.operation} is on record`;
  const tariff = tariffOf(row, request);
  const byMode = tariff === undefined ? table : (table as ModelPrices)[tariff];
  const mode = modeOf(request, known);
  const rate = typeof byMode === "object" ? (own(byMode, mode) ?? own(byMode, "any")) : undefined;
  if (typeof rate === "number") return rate;
  const setting = [mode && `mode ${mode}`, tariff && `tariff ${tariff}`].filter(Boolean).join(", ");
  return setting === "" ? "the request does not say the mode" : `no price for ${setting} is on record`;
}

function tariffOf({ tariffs = {} }: OperationPrices, request: RequestView): string | undefined {
  for (const name in tariffs) if (request.matches(tariffs[name] ?? {})) return name;
  return undefined;
}

/** Models without a std/pro split have one price, whatever the mode. */
function modeOf(request: RequestView, known: KnownFacts): string {
  if (request.capability?.modes === "any") return "any";
  return known.parentMode ?? request.text(`${request.prefix}mode`);
}

function quantityOf(row: OperationPrices, request: RequestView, known: KnownFacts): number | null {
  const { per, series } = row;
  if (per === "call") return 1;
  if (per === "image") {
    const isSeries = series !== undefined && request.matches(series.when);
    if (isSeries && series.alwaysOne.includes(request.model)) return 1;
    return known.images ?? positive(request.number(isSeries ? series.quantity : (row.quantity ?? "")));
  }
  const isSaid = row.quantity !== undefined && !(row.unknownQuantity && request.matches(row.unknownQuantity));
  const seconds = isSaid ? positive(request.number(row.quantity ?? "")) : (known.seconds ?? null);
  if (seconds === null || isSaid) return seconds;
  // Lengths that an input decides are billed rounded (stated for omni-video).
  return per === "5-seconds" ? Math.ceil(seconds / 5) : Math.max(1, Math.round(seconds));
}

function positive(value: number): number | null {
  return Number.isFinite(value) && value > 0 ? value : null;
}

function unknown(unit: PriceUnit, per: PricePer, quantity: number | null, reason: string): Price {
  return { units: null, unit, per, rate: null, quantity, usd: null, reason };
}

/** Sums of decimal prices without the binary tail: 0.7 · 3 is 2.1. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
