import type { Answerer } from "../wire/http.js";
import { delay, orEnd } from "./ends.js";
import { failure, readWebRequest, toWebResponse } from "./web.js";

/** Marks the transport, so that a client knows that answers cost no time. */
const mockMark = Symbol.for("klingkit.mock");

/**
 * A `fetch` around a simulator: in process, no port. Any host name is answered; a cut connection is a TypeError, as in
 * the real one.
 */
export function fetchAround(mock: Answerer): typeof globalThis.fetch {
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const signal = init.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    const redirect = init.redirect ?? (input instanceof Request ? input.redirect : "follow");
    const request = await readWebRequest(input, init);
    const ends = [signal, mock.closed];
    const found = mock.handle(request);
    const answer = found instanceof Promise ? await orEnd(ends, found) : found;
    if (answer.delayMs) await delay(answer.delayMs, ends);
    signal?.throwIfAborted();
    if (answer.reset) throw failure("read", "ECONNRESET");
    if (answer.refused) throw failure("connect", "ECONNREFUSED");
    const { location } = answer.headers;
    if (location !== undefined && redirect === "error") throw failure("unexpected", "redirect");
    if (location !== undefined && redirect === "follow")
      return fetch(new URL(location, `${request.origin}${request.path}`), {
        method: request.method === "HEAD" ? "HEAD" : "GET",
        headers: request.headers as Record<string, string>,
        signal: signal ?? null,
      });
    return toWebResponse(answer, request.method, ends);
  };
  return Object.assign(fetch, { [mockMark]: true });
}
