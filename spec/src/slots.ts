type Fields = Readonly<Record<string, unknown>>;

/** Slots are counted for each model; requests without one share those of their operation. */
export function slotKey(operation: string, body: Fields): string {
  return String(body.model_name || operation);
}

/** How many of the account's slots a task takes until it has ended: one for a video, one for each picture. */
export function slotsOf(body: Fields): number {
  const pictures = body.result_type === "series" ? body.series_amount : body.n;
  return typeof pictures === "number" && Number.isInteger(pictures) && pictures > 0 ? pictures : 1;
}
