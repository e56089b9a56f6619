import { type Family, longestExtendedSeconds } from "@klingkit/spec";
import { isExpired } from "../engine/addresses.js";
import type { Plan } from "../engine/lifecycle.js";
import { secondsByParent } from "../engine/parents.js";
import { drawPlan } from "../engine/plan.js";
import { failSoon, waitingPlan } from "../engine/replan.js";
import type { Scenario } from "../engine/scenarios.js";
import { occupySlots } from "../engine/slots.js";
import { accept, examine, ownId } from "./accept.js";
import { refuseBalance, refuseModel, refuseSlots } from "./account-refusals.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";
import { lagOf, overlooks } from "./faults-of-state.js";
import { jsonAnswer, type MockAnswer } from "./http.js";
import { priceOf } from "./price.js";
import { scenarioOf } from "./scenario-of.js";
import { unfitInput } from "./unfit-input.js";

/** Accepts a task, or seems not to and does so later. */
export function submitTask(exchange: Exchange, family: Family): MockAnswer {
  const { parts, account, preference, trace } = exchange;
  if (preference.fault !== "accept-late") return submitNow(exchange, family);
  const at = trace.at + lagOf(preference);
  const create = () => void submitNow({ ...exchange, trace: { ...trace, at } }, family);
  parts.lateCreates.at(at, create, account.name);
  return jsonAnswer(503, {});
}

/** Accepts a task: schema, rules, pictures, length, rights, own id, slots, balance, in that order; then charges it. */
function submitNow(exchange: Exchange, { name }: Family): MockAnswer {
  const { parts, account, preference, request } = exchange;
  const examined = examine(exchange, name);
  if ("refusal" in examined) return examined.refusal;
  const { body } = examined;
  const seconds = secondsByParent(parts.tasks, { account: account.name, operation: name, request: body });
  const refused =
    refuseLength(exchange, name, seconds) ??
    refuseModel(exchange, name, body) ??
    refuseDuplicate(exchange, name, body) ??
    refuseSlots(exchange, name, body);
  if (refused) return refused;
  const price = priceOf(exchange, name, { body, seconds });
  const unpaid = refuseBalance(exchange, price);
  if (unpaid) return unpaid;
  const task = accept(exchange, name, { body, plan: planFor(exchange, name, body), price, seconds });
  occupySlots(account, task);
  parts.callbacks.follow(task, request.origin, preference["callback-fault"]);
  return jsonAnswer(200, parts.envelopes.submitted(task));
}

/** The task's course: its scenario at this pace, or standing still where reads or hands move it on. */
function planFor(exchange: Exchange<"options" | "random" | "timingOf">, name: string, body: Body): Plan {
  const { parts, preference, trace } = exchange;
  const scenario = scenarioOf(preference);
  const timing = parts.timingOf(name, body);
  const plan = drawPlan(trace.at, timing, scenario ?? succeeding, parts.random);
  const unfit = scenario ? undefined : unfitInput(exchange, name, body);
  const course = unfit === undefined ? plan : failSoon(plan, unfit);
  return (parts.options.progress ?? "time") === "time" ? course : waitingPlan(course);
}

const succeeding: Scenario = { description: "The task succeeds.", ending: { status: "succeed" } };

/** An extension that would make the video too long, where the video was made here. */
function refuseLength({ parts }: Exchange<"refusals">, name: string, seconds = 0): MockAnswer | undefined {
  if (name !== "videoExtend" || seconds <= longestExtendedSeconds) return undefined;
  return parts.refusals.of("video-too-long", { limit: longestExtendedSeconds }, name);
}

function refuseDuplicate(
  { parts, account, preference, trace }: Exchange<"tasks" | "refusals">,
  name: string,
  body: Body,
): MockAnswer | undefined {
  const id = ownId(name, body);
  const earlier = id === undefined ? undefined : parts.tasks.byExternalId(account.name, id);
  if (id === undefined || !earlier || isExpired(earlier, trace.at)) return undefined;
  if (overlooks(earlier, preference, trace.at)) return undefined;
  return parts.refusals.of("duplicate-external-task-id", { id });
}
