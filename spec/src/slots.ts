import { seriesLengths } from "../generated/series-lengths.js";
import { own } from "./own.js";

type Fields = Readonly<Record<string, unknown>>;

/** Slots are counted for each model; requests without one share those of their operation. */
export function slotKey(operation: string, body: Fields): string {
  return String(body.model_name || operation);
}

/**
 * How many of the account's slots a task takes until it has ended: one for a video, one for each picture. A series whose
 * length the request does not say has the contract's default; one of `auto` length counts as one, because nobody knows yet.
 */
export function slotsOf(operation: string, body: Fields): number {
  const pictures = body.result_type === "series" ? (body.series_amount ?? own(seriesLengths, operation)) : body.n;
  return typeof pictures === "number" && Number.isInteger(pictures) && pictures > 0 ? pictures : 1;
}
