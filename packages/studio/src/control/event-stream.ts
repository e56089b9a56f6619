import { createParser } from "eventsource-parser";
import type { Transport } from "./transport.js";
import type { LiveEvent } from "./types.js";

/** Told of what the stream does. */
export interface StreamListener {
  /** The stream is open; whatever was known before may be stale. */
  opened(): void;
  event(event: LiveEvent): void;
  /** The stream has ended or never began; it is tried again. */
  lost(): void;
}

const firstPauseMs = 250;
const longestPauseMs = 4_000;

/**
 * Follows everything that happens, over and over where the stream breaks. A page that nobody sees follows nothing: a
 * browser has six connections for a host, and streams of hidden tabs would take them from the one that is looked at.
 * @returns ends it
 */
export function followEvents(transport: Transport, listener: StreamListener): () => void {
  const life = new AbortController();
  void follow(transport, listener, life.signal);
  return () => life.abort();
}

async function follow(transport: Transport, listener: StreamListener, signal: AbortSignal): Promise<void> {
  let pause = firstPauseMs;
  for (;;) {
    await untilSeen(signal);
    if (signal.aborted) return;
    const opened = await readWhileSeen(transport, listener, signal);
    if (signal.aborted) return;
    if (isHidden()) continue;
    listener.lost();
    pause = opened ? firstPauseMs : Math.min(pause * 2, longestPauseMs);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function isHidden(): boolean {
  return globalThis.document?.visibilityState === "hidden";
}

/** Waits for the page to be looked at. */
function untilSeen(signal: AbortSignal): Promise<void> {
  if (!isHidden()) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", () => resolve(), { once: true, signal });
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Reads until the stream ends, or nobody looks. @returns whether it began at all */
async function readWhileSeen(transport: Transport, listener: StreamListener, signal: AbortSignal): Promise<boolean> {
  const look = new AbortController();
  const onChange = () => {
    if (isHidden()) look.abort();
  };
  globalThis.document?.addEventListener("visibilitychange", onChange, { signal: look.signal });
  try {
    return await readStream(transport, listener, AbortSignal.any([signal, look.signal]));
  } catch {
    return false;
  } finally {
    look.abort();
  }
}

/** Reads until the stream ends. @returns whether it began at all */
async function readStream(transport: Transport, listener: StreamListener, signal: AbortSignal): Promise<boolean> {
  const answer = await transport.fetch(new Request(`${transport.base}/__mock/events`, { signal }));
  if (!answer.ok || !answer.body) return false;
  listener.opened();
  const parser = createParser({ onEvent: ({ data }) => listener.event(JSON.parse(data)) });
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return true;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } catch {
    return true;
  }
}
