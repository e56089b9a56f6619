import type { IncomingMessage, ServerResponse } from "node:http";
import type { Mock } from "../mock.js";
import { answerOverHttp } from "../node/http-bridge.js";
import { isStudioPath, studioOf } from "../node/studio.js";

/** The part of Express's request that the middleware uses, written out so that Express's types are not needed. */
type MountedRequest = IncomingMessage & { readonly path: string; readonly baseUrl: string; readonly body?: unknown };

/** Middleware for `application.use`. */
export type Middleware = (request: MountedRequest, response: ServerResponse, next: (error?: unknown) => void) => void;

/**
 * The simulator as Express middleware. Mount it before any body parser; paths that are not the simulator's go on to
 * the next handler.
 */
export function klingMock(mock: Mock): Middleware {
  const studio = studioOf(mock);
  return (request, response, next) => {
    if (!mock.knows(request.path)) return next();
    if (request.body !== undefined && request.readableEnded) {
      return next(new Error("klingMock has to be mounted before any body parser: the body was already read."));
    }
    const answerer = isStudioPath(request.path) ? studio : mock;
    answerOverHttp(answerer, { request, response, mount: request.baseUrl }, next);
  };
}
