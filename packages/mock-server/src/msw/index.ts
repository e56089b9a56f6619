import { dialects } from "@klingkit/spec";
import { type HttpHandler, http, passthrough } from "msw";
import { delay, type Ends } from "../hosts/ends.js";
import { readWebRequest, toWebResponse } from "../hosts/web.js";
import type { Mock } from "../mock.js";
import { inProcessOrigin } from "../wire/http.js";

const liveOrigins = Object.values(dialects).map(({ baseUrl }) => baseUrl);

export interface MockHandlersOptions {
  /** Origins to answer for, besides that of results. Default: CometAPI's and Kling's own. */
  readonly origins?: readonly string[] | undefined;
}

/**
 * The simulator as MSW handlers, for `setupServer` and `setupWorker`. Every path on these origins is answered by the
 * simulator, so that nothing reaches the provider; put handlers of your own for other paths before them.
 */
export function mockHandlers(mock: Mock, { origins = liveOrigins }: MockHandlersOptions = {}): HttpHandler[] {
  const own = [...new Set([...origins, inProcessOrigin])].map((origin) =>
    http.all(`${origin}/*`, ({ request }) => answerThroughMsw(mock, request)),
  );
  // The simulator's callbacks leave by the same `fetch`: they are no requests that nobody handles.
  const callbacks = http.post(
    ({ request }) => mock.callbacks.isSending(request.url),
    () => passthrough(),
  );
  return [...own, callbacks];
}

async function answerThroughMsw(mock: Mock, request: Request): Promise<Response> {
  const ends = [request.signal, mock.closed];
  const answer = await mock.handle(await readWebRequest(request));
  const isOver = answer.delayMs ? await isEndedWithin(answer.delayMs, ends) : false;
  // A network error is all MSW can show of a connection: right for a cut one, but no caller could tell a refused one from it.
  return answer.reset || isOver ? Response.error() : toWebResponse(answer, request.method, ends);
}

/** Waits. @returns whether a signal ended it */
function isEndedWithin(ms: number, ends: Ends): Promise<boolean> {
  return delay(ms, ends).then(
    () => false,
    () => true,
  );
}
