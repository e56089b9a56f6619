import { dialects } from "@klingkit/spec";
import { sleep } from "@klingkit/spec/web";
import { type HttpHandler, http } from "msw";
import { inProcessOrigin, readWebRequest, toWebResponse } from "../hosts/web.js";
import type { Mock } from "../mock.js";

const liveOrigins = Object.values(dialects).map(({ baseUrl }) => baseUrl);

export interface MockHandlersOptions {
  /** Origins to answer for, besides that of results. Default: CometAPI's and Kling's own. */
  readonly origins?: readonly string[];
}

/**
 * The simulator as MSW handlers, for `setupServer` and `setupWorker`. Every path on these origins is answered by the
 * simulator, so that nothing reaches the provider; put handlers of your own for other paths before them.
 */
export function mockHandlers(mock: Mock, { origins = liveOrigins }: MockHandlersOptions = {}): HttpHandler[] {
  return [...new Set([...origins, inProcessOrigin])].map((origin) =>
    http.all(`${origin}/*`, ({ request }) => answerThroughMsw(mock, request)),
  );
}

async function answerThroughMsw(mock: Mock, request: Request): Promise<Response> {
  const answer = await mock.handle(await readWebRequest(request));
  if (answer.delayMs) await sleep(answer.delayMs, request.signal);
  // A network error is all MSW can show of a connection: right for a cut one, but no caller could tell a refused one from it.
  if (answer.reset) return Response.error();
  return toWebResponse(answer, request.method, request.signal);
}
