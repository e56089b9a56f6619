import type { Family } from "@klingkit/spec";
import type { Plan } from "../engine/lifecycle.js";
import { drawPlan } from "../engine/plan.js";
import { waitingPlan } from "../engine/replan.js";
import { scenarios } from "../scenarios/index.js";
import { accept, examine, ownId } from "./accept.js";
import { refuseBalance, refuseModel, refuseSlots } from "./account-refusals.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";
import { lagOf, overlooks } from "./faults-of-state.js";
import { jsonAnswer, type MockAnswer } from "./http.js";
import { priceOf } from "./price.js";

/** Accepts a task, or seems not to and does so later. */
export function submitTask(exchange: Exchange, family: Family): MockAnswer {
  const { engine, preference, trace } = exchange;
  if (preference.fault !== "accept-late") return submitNow(exchange, family);
  const at = trace.at + lagOf(preference);
  engine.lateCreates.at(at, () => void submitNow({ ...exchange, trace: { ...trace, at } }, family));
  return jsonAnswer(503, {});
}

/** Accepts a task: schema, rules, pictures, rights, own id, slots, balance, in that order; then charges it. */
function submitNow(exchange: Exchange, { name }: Family): MockAnswer {
  const { engine, preference, request } = exchange;
  const examined = examine(exchange, name);
  if ("refusal" in examined) return examined.refusal;
  const { body } = examined;
  const refused =
    refuseModel(exchange, name, body) ?? refuseDuplicate(exchange, body) ?? refuseSlots(exchange, name, body);
  if (refused) return refused;
  const price = priceOf(exchange, name, body);
  const unpaid = refuseBalance(exchange, price);
  if (unpaid) return unpaid;
  const task = accept(exchange, name, { body, plan: planFor(exchange, name, body), price });
  engine.callbacks.follow(task, request.origin, preference["callback-fault"]);
  return jsonAnswer(200, engine.envelopes.submitted(task));
}

/** The task's course: its scenario at this pace, or standing still where reads or hands move it on. */
function planFor({ engine, preference, trace }: Exchange, name: string, body: Body): Plan {
  const scenario = scenarios[preference.scenario ?? "succeed"];
  if (!scenario) throw new RangeError(`There is no scenario ${preference.scenario}.`);
  const timing = engine.timingOf(name, body);
  const plan = drawPlan(trace.at, timing, scenario, engine.random);
  return (engine.options.progress ?? "time") === "time" ? plan : waitingPlan(plan);
}

function refuseDuplicate({ engine, account, preference, trace }: Exchange, body: Body): MockAnswer | undefined {
  const id = ownId(body);
  const earlier = id === undefined ? undefined : engine.tasks.byExternalId(account.name, id);
  if (id === undefined || !earlier || overlooks(earlier, preference, trace.at)) return undefined;
  return engine.refusals.of("duplicate-external-task-id", { id });
}
