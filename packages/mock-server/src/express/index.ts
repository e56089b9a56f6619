import type { RequestHandler } from "express";
import type { Mock } from "../mock.js";
import { answerOverHttp } from "../node/http-bridge.js";

/**
 * The simulator as Express middleware. Mount it before any body parser; paths that are not the simulator's go on to
 * the next handler.
 */
export function klingMock(mock: Mock): RequestHandler {
  return (request, response, next) => {
    if (!mock.knows(request.path)) return next();
    if (request.body !== undefined && request.readableEnded) {
      return next(new Error("klingMock has to be mounted before any body parser: the body was already read."));
    }
    answerOverHttp(mock, request, response, request.baseUrl).catch(next);
  };
}
