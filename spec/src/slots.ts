import { pictureCounts } from "../generated/slot-facts.js";
import { own } from "./own.js";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Slots are counted for each model, those of its pictures apart: `kling-v3` and `kling-v3 images`. Requests without a model
 * share those of their operation.
 */
export function slotKey(operation: string, body: Fields): string {
  const { model_name: model } = body;
  return model ? `${model}${own(pictureCounts, operation) ? " images" : ""}` : operation;
}

/**
 * How many of the account's slots a task takes until it has ended: one for a video, one for each picture. A series whose
 * length the request does not say has the contract's default; one of `auto` length counts as one, because nobody knows yet.
 */
export function slotsOf(operation: string, body: Fields): number {
  const pictures = body.result_type === "series" ? (body.series_amount ?? own(pictureCounts, operation)) : body.n;
  return typeof pictures === "number" && Number.isInteger(pictures) && pictures > 0 ? pictures : 1;
}
