import type { Family } from "@klingkit/spec";
import type { Account } from "../engine/accounts.js";
import type { Engine } from "../mock.js";
import { jsonAnswer, type MockAnswer, type MockRequest } from "./http.js";

/** One task, by its id or the caller's own, in the family it was created in. */
export function queryTask(
  engine: Engine,
  family: Family,
  account: Account,
  id: string,
  request: MockRequest,
): MockAnswer {
  const byOwnId = engine.options.externalIdLookup === false ? undefined : engine.tasks.byExternalId(account.name, id);
  const task = engine.tasks.byId(id) ?? byOwnId;
  if (!task || task.family !== family.name || task.account !== account.name)
    return engine.refusals.of("unknown-task", { id });
  return jsonAnswer(200, engine.envelopes.one(task, engine.clock.now(), request.origin));
}

/** One page of the account's tasks, newest first. */
export function listTasks(engine: Engine, family: Family, account: Account, request: MockRequest): MockAnswer {
  const page = bounded(request.query.get("pageNum"), 1, 1000, 1);
  const size = bounded(request.query.get("pageSize"), 1, 500, 30);
  if (page === undefined)
    return engine.refusals.of("invalid-parameter", {
      reason: `pageNum value '${request.query.get("pageNum")}' is invalid`,
    });
  if (size === undefined)
    return engine.refusals.of("invalid-parameter", {
      reason: `pageSize value '${request.query.get("pageSize")}' is invalid`,
    });
  const rows = engine.tasks.pageOf(family.name, account.name, (page - 1) * size, size);
  return jsonAnswer(200, engine.envelopes.page(family.name, rows, engine.clock.now(), request.origin));
}

function bounded(text: string | null, min: number, max: number, fallback: number): number | undefined {
  if (text === null || text === "") return fallback;
  const value = Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}
