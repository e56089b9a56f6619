import { prices } from "../generated/catalogue.js";

/** What a create costs, as far as the catalogue knows. */
export interface Price {
  /** Units, or null where no price is on record. */
  readonly units: number | null;
}

/** Units for one create: units a second of output, by model, mode and sound. */
export function priceRequest(_family: string, body: Readonly<Record<string, unknown>>): Price {
  const row = prices.video.perSecond[String(body.model_name || "kling-v1")];
  const mode = String(body.mode || "std");
  const seconds = Number(body.duration || 5);
  if (!row || !Number.isFinite(seconds)) return { units: null };
  const tariff =
    body.sound === "on"
      ? Array.isArray(body.voice_list) && body.voice_list.length > 0
        ? "voice"
        : "sound"
      : undefined;
  const table = tariff === undefined ? row : (row[tariff] ?? row.sound ?? {});
  const perSecond = typeof table === "object" ? (table[mode] ?? table.any) : undefined;
  return { units: typeof perSecond === "number" ? Number((perSecond * seconds).toFixed(3)) : null };
}
