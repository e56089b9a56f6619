import type { RequestListener } from "node:http";
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import type { Fleet } from "./fleet.js";

/** Bull Board over a fleet's two queues, to look at: it changes nothing. Steer the fleet by its own commands. */
export function fleetBoard(fleet: Fleet): RequestListener {
  const serverAdapter = new ExpressAdapter();
  const queues = [fleet.rows, fleet.checks].map((queue) => new BullMQAdapter(queue, { readOnlyMode: true }));
  createBullBoard({ queues, serverAdapter, options: { uiConfig: { boardTitle: `klingkit: ${fleet.name}` } } });
  return serverAdapter.getRouter() as RequestListener;
}
