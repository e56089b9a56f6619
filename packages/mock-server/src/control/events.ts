import type { MockEvent } from "../engine/events.js";
import type { MockAnswer } from "../wire/http.js";
import type { Some } from "../wire/parts.js";
import type { ControlHandlers } from "./handler.js";
import { shownTask } from "./shown-task.js";

export const eventHandlers: ControlHandlers = { "GET /__mock/events": streamEvents };

/** Server-sent events of everything that happens from now on. A reader that is too slow gets one event that tells it to reload. */
function streamEvents(parts: Some<"events" | "clock" | "tasks">): MockAnswer {
  return {
    status: 200,
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" },
    body: ": connected\n\n",
    stream: (write) => parts.events.subscribe((event) => write(() => sharedText(parts, event))),
    missed: () => eventText({ type: "resync", at: parts.clock.now(), detail: {} }),
  };
}

/** Events as text, each written once for all who read it. */
const texts = new WeakMap<MockEvent, string>();

function sharedText(parts: Some<"tasks" | "clock">, event: MockEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const text = eventText({ ...event, ...taskIn(parts, event) });
  texts.set(event, text);
  return text;
}

function eventText(event: { readonly type: string; readonly at: number; readonly detail: unknown }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Adds the task to an event about it, so that a reader of many tasks need not ask for each. */
function taskIn(parts: Some<"tasks" | "clock">, event: MockEvent): { readonly task?: unknown } {
  if (event.type !== "task-created" && event.type !== "task-moved") return {};
  const task = parts.tasks.byId(event.detail.taskId);
  return task ? { task: shownTask(parts, task) } : {};
}
