import { type Price, priceRequest } from "@klingkit/spec/pricing";
import { durationSeconds } from "../engine/assets.js";
import { autoSeries } from "../engine/result-items.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";
import { parentOf } from "./parent.js";

/** What a request costs. What it does not say itself is as the simulator will answer it: length, pictures, the parent's mode. */
export function priceOf(exchange: Exchange<"tasks">, name: string, body: Body): Price {
  const parent = parentOf(exchange, name, body);
  return priceRequest(name, body, {
    seconds: durationSeconds({ request: body }),
    ...(body.series_amount === "auto" ? { images: autoSeries } : {}),
    ...(parent ? { parentMode: String(parent.request.mode ?? "std") } : {}),
  });
}
