import { clockState } from "../../clock.js";
import type { Engine } from "../../engine.js";
import { restoreSnapshot, takeSnapshot } from "../../snapshot.js";
import { jsonAnswer } from "../http.js";
import { accountsOf } from "./accounts.js";
import { type ControlHandlers, fieldsOf, limitOf, newest } from "./handler.js";
import { shownTasks } from "./tasks.js";

export const stateHandlers: ControlHandlers = {
  "GET /__mock/health": (engine) => jsonAnswer(200, { status: "ok", dialect: engine.dialect, now: engine.clock.now() }),
  "GET /__mock/state": (engine) => jsonAnswer(200, stateOf(engine)),
  "GET /__mock/requests": (engine, call) => {
    const requests = newest(engine.requests.list(), limitOf(call, 1_000));
    return jsonAnswer(200, { requests, count: engine.requests.count });
  },
  "GET /__mock/ledger": (engine, call) => {
    const { charges, ...sums } = ledgerOf(engine);
    return jsonAnswer(200, { charges: newest(charges, limitOf(call, charges.length)), ...sums });
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

/** Everything in one: the newest hundred of what there may be many of. */
function stateOf(engine: Engine): unknown {
  return {
    dialect: engine.dialect,
    clock: clockState(engine.clock),
    taskCount: engine.tasks.size,
    tasks: shownTasks(engine, engine.tasks.newestFirst(), 100),
    requestCount: engine.requests.count,
    requests: engine.requests.list().slice(-100),
    ledger: ledgerOf(engine),
    rules: engine.faults.list(),
    accounts: accountsOf(engine),
    callbacks: { deliveries: engine.callbacks.deliveries.slice(-100), pending: engine.callbacks.pending },
  };
}

/** Charges in order; `duplicateOf` names the task that was the first for the same intention. */
function ledgerOf({ ledger }: Engine) {
  const { duplicates } = ledger;
  const charges = ledger.charges.map(({ externalTaskId = null, ...charge }) => ({
    ...charge,
    externalTaskId,
    duplicateOf: duplicates.get(charge.taskId) ?? null,
  }));
  return { charges, total: ledger.total, duplicates: duplicates.size };
}
