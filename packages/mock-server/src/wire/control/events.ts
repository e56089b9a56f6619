import type { Engine } from "../../engine.js";
import type { MockAnswer } from "../http.js";
import type { ControlHandlers } from "./handler.js";

export const eventHandlers: ControlHandlers = { "GET /__mock/events": streamEvents };

/** Server-sent events of everything that happens from now on. */
function streamEvents({ events }: Engine): MockAnswer {
  return {
    status: 200,
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" },
    body: ": connected\n\n",
    stream: (write) => events.subscribe((event) => write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)),
  };
}
