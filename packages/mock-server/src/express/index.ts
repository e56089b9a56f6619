import type { IncomingMessage, ServerResponse } from "node:http";
import type { Mock } from "../mock.js";
import { answerOverHttp } from "../node/http-bridge.js";
import { isStudioPath, studio } from "../node/studio.js";

/** What the middleware needs of Express's request; spelled out, so that no one needs Express's types. */
type MountedRequest = IncomingMessage & { readonly path: string; readonly baseUrl: string; readonly body?: unknown };

/** Middleware for `application.use`. */
export type Middleware = (request: MountedRequest, response: ServerResponse, next: (error?: unknown) => void) => void;

/**
 * The simulator as Express middleware. Mount it before any body parser; paths that are not the simulator's go on to
 * the next handler.
 */
export function klingMock(mock: Mock): Middleware {
  return (request, response, next) => {
    if (!mock.knows(request.path)) return next();
    if (request.body !== undefined && request.readableEnded) {
      return next(new Error("klingMock has to be mounted before any body parser: the body was already read."));
    }
    const answerer = isStudioPath(request.path) ? studio : mock;
    answerOverHttp(answerer, { request, response, mount: request.baseUrl }, next);
  };
}
