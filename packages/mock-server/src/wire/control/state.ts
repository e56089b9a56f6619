import { clockState } from "../../clock.js";
import type { Charge } from "../../engine/ledger.js";
import { MockProblem } from "../../engine/problem.js";
import type { Engine } from "../../engine.js";
import { restoreSnapshot, takeSnapshot } from "../../snapshot.js";
import { jsonAnswer } from "../http.js";
import { accountsOf } from "./accounts.js";
import { type ControlHandlers, fieldsOf, limitOf, newest } from "./handler.js";
import { shownTasks } from "./tasks.js";

export const stateHandlers: ControlHandlers = {
  "GET /__mock/health": (engine) => jsonAnswer(200, { status: "ok", dialect: engine.dialect, now: engine.clock.now() }),
  "GET /__mock/state": (engine, call) => jsonAnswer(200, stateOf(engine, limitOf(call, 100))),
  "GET /__mock/requests": (engine, call) => {
    const requests = newest(engine.requests.list(), limitOf(call, 1_000));
    return jsonAnswer(200, { requests, count: engine.requests.count });
  },
  "GET /__mock/ledger": (engine, call) => {
    const charges = chargesBefore(engine, call.request.query.get("before"), limitOf(call, 1_000));
    return jsonAnswer(200, ledgerOf(engine, charges));
  },
  "GET /__mock/snapshot": (engine) => jsonAnswer(200, takeSnapshot(engine)),
  "POST /__mock/restore": (engine, call) => {
    restoreSnapshot(engine, fieldsOf(call));
    return jsonAnswer(200, { status: "ok" });
  },
  "POST /__mock/reset": (engine) => {
    engine.reset();
    return jsonAnswer(200, { status: "ok" });
  },
};

/** The whole state in one answer. @param limit how many of the newest tasks, requests and charges */
function stateOf(engine: Engine, limit: number): unknown {
  return {
    dialect: engine.dialect,
    clock: clockState(engine.clock),
    taskCount: engine.tasks.size,
    tasks: shownTasks(engine, engine.tasks.newestFirst(), limit),
    requestCount: engine.requests.count,
    requests: newest(engine.requests.list(), limit),
    ledger: ledgerOf(engine, chargesBefore(engine, null, limit)),
    rules: engine.rules.list(),
    accounts: accountsOf(engine),
    callbacks: { deliveries: newest(engine.callbacks.deliveries, limit), pending: engine.callbacks.pending },
  };
}

/** The newest charges older than the charge of a task; the newest of all where no task is named. */
function chargesBefore({ ledger }: Engine, taskId: string | null, limit: number): readonly Charge[] {
  const charges = ledger.newest(limit, taskId ?? undefined);
  if (!charges) throw new MockProblem(404, "unknown-charge", `There is no charge for a task ${taskId}.`);
  return charges;
}

/** Some charges in order, and the sums of all; `duplicateOf` names the task that was the first for the same intention. */
function ledgerOf({ ledger }: Engine, some: readonly Charge[]) {
  const { duplicates } = ledger;
  const charges = some.map(({ externalTaskId = null, ...charge }) => ({
    ...charge,
    externalTaskId,
    duplicateOf: duplicates.get(charge.taskId) ?? null,
  }));
  const [charged, reserved] = [ledger.sums("charged"), ledger.sums("reserved")];
  return {
    charges,
    count: ledger.count,
    total: charged.units,
    totalUsd: charged.usd,
    reserved: reserved.units,
    reservedUsd: reserved.usd,
    duplicates: duplicates.size,
  };
}
