import type { RequestListener } from "node:http";
import type { Fleet } from "@klingkit/batch/fleet";
import { toNodeHandler } from "@klingkit/core/node";
import { isLoopback, isLoopbackHost } from "@klingkit/spec/web";
import type { Io } from "../io.js";
import { openPort } from "../open-port.js";
import { notice } from "../report.js";
import { codeOf } from "../thrown.js";
import { type FleetFlags, fleetPackage } from "./fleet.js";

export interface ServeFlags extends FleetFlags {
  readonly port: number;
  readonly host: string;
  readonly callbackPort?: number;
}

/** `klingkit batch serve`: a fleet's queues in Bull Board, its metrics for Prometheus, and a receiver of callbacks. */
export async function serve(flags: ServeFlags, io: Io): Promise<void> {
  const { Fleet, fleetCallbacks, fleetMetrics } = await fleetPackage();
  const fleet = new Fleet(flags);
  const ports: { close(): void }[] = [];
  try {
    await fleet.join();
    const { host, port, callbackPort } = flags;
    const pages = onlyFor(
      host,
      pagesOf(() => fleetMetrics(fleet), await boardOf(fleet, io)),
    );
    const open = await openPort(pages, { port, host });
    ports.push(open);
    notice(io, `the fleet's queues are at ${open.origin}/, its metrics at /metrics; Ctrl-C ends it`);
    if (callbackPort !== undefined) {
      const receive = toNodeHandler(await fleetCallbacks(fleet));
      const receiver = await openPort((request, response) => void receive(request, response), {
        port: callbackPort,
        host,
        option: "--callback-port",
      });
      ports.push(receiver);
      notice(io, `callbacks are received at ${receiver.origin}/, the workers' --callback-url has to lead there`);
    }
    await new Promise<void>((resolve) => {
      const release = io.onInterrupt(() => {
        release();
        resolve();
      });
    });
  } finally {
    for (const { close } of ports) close();
    await fleet.close();
  }
}

/** Bull Board, where it is installed. */
async function boardOf(fleet: Fleet, io: Io): Promise<RequestListener | undefined> {
  try {
    const { fleetBoard } = await import("@klingkit/batch/fleet/board");
    return fleetBoard(fleet);
  } catch (cause) {
    if (codeOf(cause) !== "ERR_MODULE_NOT_FOUND") throw cause;
    notice(io, "Bull Board is not installed: npm install @bull-board/api@9 @bull-board/express@9");
    return undefined;
  }
}

function pagesOf(metrics: () => Promise<string>, board: RequestListener | undefined): RequestListener {
  return (request, response) => {
    if (request.url !== "/metrics") {
      if (board) board(request, response);
      else response.writeHead(404).end();
      return;
    }
    void metrics().then(
      (text) => response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(text),
      () => response.writeHead(503).end(),
    );
  };
}

/** On loopback only requests to a loopback name are answered, so that no web page reaches it under a name of its own. */
function onlyFor(host: string, listener: RequestListener): RequestListener {
  if (!isLoopbackHost(host)) return listener;
  return (request, response) => {
    const asked = `http://${request.headers.host ?? ""}`;
    if (URL.canParse(asked) && isLoopback(asked)) listener(request, response);
    else response.writeHead(403).end("This page is for this machine alone.");
  };
}
