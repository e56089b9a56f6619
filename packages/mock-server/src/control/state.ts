import { clockState } from "../engine/clock.js";
import type { Charge } from "../engine/ledger.js";
import { MockProblem } from "../engine/problem.js";
import { partsBeside, restoreSnapshot, takeItem, takeState } from "../state/snapshot.js";
import { readSnapshot, snapshotText, type TakeItem } from "../state/snapshot-text.js";
import { jsonAnswer } from "../wire/http.js";
import type { Parts, Some } from "../wire/parts.js";
import { accountsOf } from "./accounts.js";
import { callbacksOf } from "./callbacks.js";
import { accountOf, type ControlCall, type ControlHandlers, fieldsOf, limitOf, newest, onlyKnown } from "./handler.js";
import { rulesOf } from "./rules.js";
import { shownTasks, tasksOf } from "./tasks.js";

export const stateHandlers: ControlHandlers = {
  "GET /__mock/health": (parts) => jsonAnswer(200, { status: "ok", dialect: parts.dialect, now: parts.clock.now() }),
  "GET /__mock/state": (parts, call) => jsonAnswer(200, stateOf(parts, limitOf(call, 100), accountOf(parts, call))),
  "GET /__mock/requests": (parts, call) =>
    jsonAnswer(200, requestsOf(parts, limitOf(call, 1_000), accountOf(parts, call))),
  "GET /__mock/ledger": (parts, call) => {
    const [limit, account] = [limitOf(call, 1_000), accountOf(parts, call)];
    return jsonAnswer(
      200,
      ledgerOf(parts, chargesBefore(parts, call.request.query.get("before"), limit, account), account),
    );
  },
  "GET /__mock/snapshot": (parts) => ({ ...jsonAnswer(200, {}), body: "", pieces: snapshotText(takeState(parts)) }),
  "POST /__mock/restore": async (parts, call) => {
    const read = partsBeside(parts);
    const snapshot = await snapshotIn(call, (list, item) => takeItem(read, list, item));
    restoreSnapshot(parts, snapshot, read);
    return jsonAnswer(200, { status: "ok" });
  },
  "POST /__mock/reset": (parts, call) => {
    const fields = fieldsOf(call);
    onlyKnown(fields, ["account"]);
    const { account } = fields;
    if (account !== undefined && typeof account !== "string")
      throw new MockProblem(400, "invalid-account", "account must be the name of an account, such as account-1.");
    parts.reset(account);
    return jsonAnswer(200, { status: "ok" });
  },
};

/** The snapshot in a request: read while it comes, where it may be a long one. */
function snapshotIn(call: ControlCall, take: TakeItem): Promise<object> | object {
  const { pieces, body } = call.request;
  if (pieces) return readSnapshot(pieces, take);
  return body instanceof Uint8Array ? readSnapshot(only(body), take) : fieldsOf(call);
}

async function* only(piece: Uint8Array): AsyncIterable<Uint8Array> {
  yield piece;
}

/** The whole state in one answer. @param limit how many of the newest tasks, requests and charges */
function stateOf(parts: Parts, limit: number, account: string | undefined): unknown {
  const { requests, count: requestCount } = requestsOf(parts, limit, account);
  const tasks = tasksOf(parts, account);
  return {
    dialect: parts.dialect,
    clock: clockState(parts.clock),
    taskCount: account === undefined ? parts.tasks.size : [...tasks].length,
    tasks: shownTasks(parts, tasksOf(parts, account), limit),
    requestCount,
    requests,
    ledger: ledgerOf(parts, chargesBefore(parts, null, limit, account), account),
    rules: rulesOf(parts, account),
    accounts: accountsOf(parts, account),
    callbacks: callbacksOf(parts, limit, account),
  };
}

function requestsOf({ requests }: Some<"requests">, limit: number, account: string | undefined) {
  const all = requests.list();
  if (account === undefined) return { requests: newest(all, limit), count: requests.count };
  const own = all.filter((entry) => entry.account === account);
  return { requests: newest(own, limit), count: own.length };
}

/** The newest charges older than the charge of a task; the newest of all where no task is named. */
function chargesBefore(
  { ledger }: Some<"ledger">,
  taskId: string | null,
  limit: number,
  account: string | undefined,
): readonly Charge[] {
  const charges = ledger.newest(account === undefined ? limit : Number.POSITIVE_INFINITY, taskId ?? undefined);
  if (!charges)
    throw new MockProblem(
      404,
      "unknown-charge",
      `There is no charge for a task ${taskId}; give the taskId of a row of the ledger.`,
    );
  return account === undefined
    ? charges
    : newest(
        charges.filter((charge) => charge.account === account),
        limit,
      );
}

/** Some charges in order, and the sums of all; `duplicateOf` names the task that was the first for the same intention. */
function ledgerOf({ ledger }: Some<"ledger">, some: readonly Charge[], account: string | undefined) {
  const { duplicates } = ledger;
  const charges = some.map(({ externalTaskId = null, ...charge }) => ({
    ...charge,
    externalTaskId,
    duplicateOf: duplicates.get(charge.taskId) ?? null,
  }));
  const [charged, reserved] = [ledger.sums("charged", account), ledger.sums("reserved", account)];
  const own = account === undefined ? undefined : ledger.charges.filter((charge) => charge.account === account);
  return {
    charges,
    count: ledger.countOf(account),
    total: charged.units,
    totalUsd: charged.usd,
    reserved: reserved.units,
    reservedUsd: reserved.usd,
    duplicates: own?.filter(({ taskId }) => duplicates.has(taskId)).length ?? duplicates.size,
  };
}
