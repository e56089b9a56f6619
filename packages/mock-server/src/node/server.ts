import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf, originOf } from "@klingkit/spec/web";
import type { RequestHandler } from "express";
import { PictureDecodeError } from "../media/renderer.js";
import { createMock, type Mock } from "../mock.js";
import type { MockOptions } from "../options.js";
import { stateFile } from "../state/file/state-file.js";
import { mockError } from "../wire/http.js";
import { answerOverHttp } from "./http-bridge.js";
import { createWorkerRenderer } from "./media/worker-renderer.js";
import { tellNotices } from "./notices.js";
import { isStudioPath, studioOf } from "./studio.js";

/** The port a simulator listens on by default. */
export const defaultPort = 4600;

/** Express middleware, as far as the simulator is concerned; spelled out, so that no one needs Express's types. */
export type ServerMiddleware = (request: never, response: never, next: (error?: unknown) => void) => unknown;

export interface MockServerOptions extends Omit<MockOptions, "render"> {
  /** Port, 0 for any free one. Default 4600. */
  readonly port?: number | undefined;
  /** Address to listen on. Default 127.0.0.1: this machine only. */
  readonly host?: string | undefined;
  /** `fast` and `full` render from the picture, `none` gives a tiny clip of the right length. Default `fast`. */
  readonly render?: "fast" | "full" | "none" | undefined;
  /**
   * A file that keeps tasks, charges, accounts, rules, pictures, scheduled callbacks and the clock across a restart.
   * Default: none.
   */
  readonly state?: string | undefined;
  /**
   * Called with one line for each event that an operator should see: a callback that could not be sent, a caller that
   * hung up. Default: none.
   */
  readonly notice?: ((line: string) => void) | undefined;
  /** Middleware of your own, for paths that are not the simulator's. */
  readonly middleware?: readonly ServerMiddleware[] | undefined;
}

export interface MockServer extends AsyncDisposable {
  /** Where this machine reaches it: `http://127.0.0.1:4600`, also where it listens on every address. */
  readonly url: string;
  /** The simulator behind the port. */
  readonly mock: Mock;
  /** Ends simulator and server, cuts open connections, and writes the state file. */
  close(): Promise<void>;
}

/** Options of a simulator that renders in a worker thread. */
export function withWorkerRenderer(options: MockServerOptions): MockOptions {
  const { render = "fast", ...rest } = options;
  if (render === "none") return rest;
  return { ...rest, renderer: rest.renderer ?? createWorkerRenderer(), render };
}

/**
 * Starts a simulator on a port. The simulator's own paths go from node:http straight to the engine; Express is loaded
 * when another path is first asked for.
 * @throws Error with one sentence when the port is taken, or the state file can't be used
 */
export async function startMockServer(options: MockServerOptions = {}): Promise<MockServer> {
  const { port = defaultPort, host = "127.0.0.1", middleware = [], state, notice, ...mockOptions } = options;
  // Node would take it for every address there is.
  if (host.trim() === "")
    throw new Error("--host is empty; give an address such as 127.0.0.1, or 0.0.0.0 to be reached from everywhere.");
  const journal = state === undefined ? undefined : stateFile(state);
  const engineOptions = withWorkerRenderer({ ...mockOptions, ...(journal ? { journal } : {}) });
  const mock = createMock(engineOptions);
  if (notice) tellNotices(mock, notice);
  // Without the query, which may hold a key.
  const hungUp = (request: IncomingMessage) =>
    notice?.(`The caller of ${request.method} ${pathOf(request).slice(0, 100)} hung up before its request was read.`);
  let rest: Promise<(request: IncomingMessage, response: ServerResponse) => void> | undefined;
  const server = createServer((request, response) => {
    const path = pathOf(request);
    // Express can't route a request target that is not a path, such as `http://…` or `*`.
    if ((mock.knows(path) && !isStudioPath(path)) || !path.startsWith("/"))
      return answerOverHttp(mock, { request, response, hungUp: () => hungUp(request) }, (error) =>
        fail(response, error),
      );
    rest ??= restOfPaths(mock, middleware, hungUp);
    rest.then((handler) => handler(request, response)).catch((error) => fail(response, error));
  });
  // A caller's pool keeps connections for a minute at most: one that it takes up again is not to be closed just then.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 66_000;
  const release = async () => {
    await engineOptions.renderer?.close?.();
    await journal?.close();
  };
  await listen(server, port, host).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const close = async () => {
    await mock.close();
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await ended;
    await release();
  };
  return { url: originOf(server.address() as AddressInfo), mock, close, [Symbol.asyncDispose]: close };
}

/** The studio, people's own middleware, then the simulator's last word: the landing page, or the dialect's wrong path. */
async function restOfPaths(
  mock: Mock,
  middleware: readonly ServerMiddleware[],
  hungUp: (request: IncomingMessage) => void,
) {
  const { default: express } = await import("express");
  const application = express();
  application.disable("x-powered-by");
  const studio = studioOf(mock);
  application.use((request, response, next) => {
    if (!isStudioPath(request.path)) return next();
    answerOverHttp(studio, { request, response }, next);
  });
  for (const handler of middleware) application.use(handler as RequestHandler);
  application.use((request, response, next) => {
    answerOverHttp(mock, { request, response, hungUp: () => hungUp(request) }, next);
  });
  return application;
}

function listen(server: ReturnType<typeof createServer>, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const problem = listenProblem(error.code, port, host);
      reject(problem === undefined ? error : new Error(problem, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

/** Why it can't listen, and what to do; undefined for what nobody foresaw. */
function listenProblem(code: string | undefined, port: number, host: string): string | undefined {
  if (code === "EADDRINUSE") return `Port ${port} is taken; choose another with --port, or 0 for any free one.`;
  if (code === "EACCES") return `Port ${port} can't be used without more rights; choose one from 1024 with --port.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN")
    return `${host} is no address of this machine; give --host 127.0.0.1, or 0.0.0.0 to be reached from everywhere.`;
  return undefined;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

/** Answers a picture that can't be rendered, and an error of the simulator itself, so that no caller is left waiting. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const message = messageOf(error);
  const { status, headers, body } =
    error instanceof PictureDecodeError
      ? mockError(error.status, "undecodable-picture", `The submitted picture can't be animated: ${message}`)
      : mockError(500, "simulator-fault", message);
  response.writeHead(status, headers).end(body);
}
