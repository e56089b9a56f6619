import type { Family } from "@klingkit/spec";
import { type Account, tasksInFlight } from "../engine/accounts.js";
import { drawPlan } from "../engine/plan.js";
import type { Engine } from "../mock.js";
import { scenarios } from "../scenarios/index.js";
import { accept, coerce, ownId, refuseBalance, refuseRequest, slotKey, slotsOf } from "./accept.js";
import type { Body } from "./body.js";
import { jsonAnswer, type MockAnswer } from "./http.js";

/** Accepts a task: schema, rules, pictures, own id, slots, balance, in that order; then charges it. */
export function submitTask(
  engine: Engine,
  family: Family,
  account: Account,
  sent: Body,
  scenarioName = "succeed",
): MockAnswer {
  const { name } = family;
  const body = coerce(engine, name, sent);
  const refused =
    refuseRequest(engine, name, body) ??
    refuseDuplicate(engine, account, body) ??
    refuseSlots(engine, name, account, body) ??
    refuseBalance(engine, name, account, body);
  if (refused) return refused;
  const scenario = scenarios[scenarioName];
  if (!scenario) throw new RangeError(`There is no scenario ${scenarioName}.`);
  const timing = engine.timingOf(name, String(body.mode ?? "std"));
  const task = accept(engine, name, account, body, drawPlan(engine.clock.now(), timing, scenario, engine.random));
  return jsonAnswer(200, engine.envelopes.submitted(task));
}

function refuseDuplicate(engine: Engine, account: Account, body: Body): MockAnswer | undefined {
  const id = ownId(body);
  if (id === undefined || !engine.tasks.byExternalId(account.name, id)) return undefined;
  return engine.refusals.of("duplicate-external-task-id", { id });
}

function refuseSlots(engine: Engine, name: string, account: Account, body: Body): MockAnswer | undefined {
  const running = tasksInFlight(account, slotKey(name, body), engine.clock.now());
  return running + slotsOf(body) > account.parallelTasks ? engine.refusals.service(1303) : undefined;
}
