import type { KlingEvent } from "@klingkit/core";
import { type Attributes, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { Logger } from "pino";

/** A line in the log for each event. Events hold no keys, no pictures and no prompts. */
export function logTo(logger: Logger): (event: KlingEvent) => void {
  const worthAWarning = ["no-answer", "retry", "recovery", "warning", "guard-failed", "task-store-failed"];
  return (event) => {
    if (worthAWarning.includes(event.type)) logger.warn(event, `kling ${event.type}`);
    else logger.debug(event, `kling ${event.type}`);
  };
}

/** Each event becomes an event of the span that is active when it happens. */
export function addToSpan(event: KlingEvent): void {
  const attributes: Attributes = {};
  for (const [key, value] of Object.entries(event)) {
    if (typeof value === "string" || typeof value === "number") attributes[`kling.${key}`] = value;
  }
  trace.getActiveSpan()?.addEvent(`kling.${event.type}`, attributes);
}

/** A span around a whole generation: submit, every query, download. */
export function traced<Result>(tracer: Tracer, name: string, work: () => Promise<Result>): Promise<Result> {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
