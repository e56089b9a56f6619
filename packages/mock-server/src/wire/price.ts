import { type Price, priceRequest } from "@klingkit/spec/pricing";
import { resultMode, usualSeconds } from "../engine/result-format.js";
import { isSeries, pictureCount } from "../engine/slots.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";
import { originOf } from "./parent.js";

/** A request to be priced, and the length of its result where a video that was made here decides it. */
interface Priced {
  readonly body: Body;
  readonly seconds?: number | undefined;
}

/** What a request costs. What it does not say itself is as the simulator will answer it: length, pictures, the mode of the continued video. */
export function priceOf(exchange: Exchange<"tasks">, name: string, { body, seconds = usualSeconds }: Priced): Price {
  const origin = originOf(exchange, name, body);
  const asked = { operation: name, request: body };
  return priceRequest(name, body, {
    seconds,
    ...(isSeries(asked) ? { images: pictureCount(asked) } : {}),
    ...(origin ? { parentMode: resultMode(origin) } : {}),
  });
}
