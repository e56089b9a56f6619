/** What is told of one signal's abort. */
interface Listening {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const listening = new WeakMap<AbortSignal, Listening>();

/**
 * Calls back when the signal is aborted; not where it has been aborted already. However many calls share a signal, it has
 * one listener, because Node warns of more than ten; none is left when all have stopped.
 * @returns a function that stops listening; always call it
 */
export function onAbort(signal: AbortSignal | null | undefined, callback: () => void): () => void {
  if (!signal) return () => {};
  const { callbacks, listener } = listening.get(signal) ?? listen(signal);
  // One callback may be given several times, and each time is stopped by itself.
  const entry = () => callback();
  callbacks.add(entry);
  return () => {
    if (!callbacks.delete(entry) || callbacks.size > 0) return;
    listening.delete(signal);
    signal.removeEventListener("abort", listener);
  };
}

function listen(signal: AbortSignal): Listening {
  const callbacks = new Set<() => void>();
  const listener = () => {
    const due = [...callbacks];
    callbacks.clear();
    listening.delete(signal);
    signal.removeEventListener("abort", listener);
    for (const callback of due) callback();
  };
  signal.addEventListener("abort", listener);
  listening.set(signal, { callbacks, listener });
  return { callbacks, listener };
}
