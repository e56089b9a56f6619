import { type Family, families } from "@klingkit/spec";
import type { Price } from "@klingkit/spec/pricing";
import { checkLeniently, checkRequest, type LenientReading } from "@klingkit/spec/rules";
import { contentKey } from "../engine/content-key.js";
import type { Plan } from "../engine/lifecycle.js";
import type { TaskRecord } from "../engine/task-record.js";
import { reserveUnits } from "../engine/units.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";
import { faults } from "./faults.js";
import { hiddenUntil } from "./faults-of-state.js";
import { changeInlineMedia } from "./field-roles.js";
import type { MockAnswer } from "./http.js";
import { inheritedModelOf } from "./parent.js";
import type { Some } from "./parts.js";
import type { Preference } from "./preference.js";
import { refusePictures } from "./unfit-input.js";

/** A body that may be accepted, or the refusal. */
export type Examination = { readonly body: Body } | { readonly refusal: MockAnswer };

/** Schema, rules, then pictures given as base64. @param name of an operation or a call */
export function examine(
  exchange: Exchange<"refusals" | "events" | "options" | "ruleOptions" | "tasks">,
  name: string,
): Examination {
  const { parts, trace } = exchange;
  const { body, findings } = findingsOf(exchange, name);
  // To a client an unknown model is only doubtful; a server knows its models.
  const finding = findings.find(({ severity, situation }) => severity === "refuse" || situation === "unknown-model");
  if (finding) return { refusal: parts.refusals.of(finding.situation, { reason: finding.message }, name) };
  for (const { severity, situation, field, message } of findings) {
    if (severity !== "warn") continue;
    parts.events.emit("warning", { operation: name, field, message });
    if (situation.startsWith("discontinued")) trace.remarks["klingkit-discontinued"] = message;
  }
  const refusal = refusePictures(parts, name, body);
  return refusal ? { refusal } : { body };
}

/** What the server seems to do with types: `"9"` passes for 9 and null for absent, unless the simulator is strict. */
function findingsOf(exchange: Exchange<"options" | "ruleOptions" | "tasks">, name: string): LenientReading {
  const { parts, request, sent } = exchange;
  const parentModel = inheritedModelOf(exchange, name, sent);
  const options = parentModel === undefined ? parts.ruleOptions : { ...parts.ruleOptions, parentModel };
  // A query holds texts only.
  const isStrict = parts.options.lenientTypes === false && request.method !== "GET";
  if (isStrict) return { body: sent, findings: checkRequest(name, sent, options) };
  return checkLeniently(name, sent, options);
}

/** The parts of an accepted request that its task keeps. */
interface Acceptance {
  readonly body: Body;
  readonly plan: Plan;
  readonly price: Pick<Price, "units" | "usd">;
  /** Length of the result, where a video decides it that was made here. */
  readonly seconds?: number | undefined;
}

/** Keeps a task and enters what it costs. */
export function accept(
  exchange: Exchange<"tasks" | "ledger" | "events" | "ids" | "envelopes" | "pictures">,
  name: string,
  acceptance: Acceptance,
): TaskRecord {
  const { parts, account, trace } = exchange;
  const task = newTask(exchange, name, acceptance);
  parts.tasks.add(task);
  trace.taskId = task.id;
  const charge = parts.ledger.record(task) && parts.ledger.chargeOf(task);
  reserveUnits(account, task);
  parts.events.emit("task-created", { taskId: task.id, operation: name, account: account.name });
  if (charge) parts.events.emit("charge", charge);
  return task;
}

function newTask(
  { parts, account, preference }: Exchange<"ids" | "envelopes" | "pictures">,
  name: string,
  acceptance: Acceptance,
): TaskRecord {
  const { body, plan, price, seconds } = acceptance;
  const { picture, request } = keepMedia(parts, name, body);
  return {
    id: parts.ids.next(parts.envelopes.idStyle(name), plan.createdAt),
    operation: name,
    account: account.name,
    externalTaskId: ownId(name, body),
    plan,
    reads: 0,
    seconds,
    request,
    picture,
    units: price.units,
    usd: price.usd,
    fault: spoiltBy(preference),
    hiddenUntil: hiddenUntil(preference, plan.createdAt),
  };
}

/** The fault that keeps the caller from knowing of the task. */
function spoiltBy({ fault }: Preference): string | undefined {
  return fault === undefined || faults[fault]?.spoils === false ? undefined : fault;
}

/** The caller's own id, if there is one. To operations that take none the field is one they do not know. */
export function ownId(name: string, { external_task_id: id }: Body): string | undefined {
  const family: Family | undefined = families[name as keyof typeof families];
  const isTaken = family !== undefined && family.externalTaskId !== "no";
  return isTaken && typeof id === "string" && id !== "" ? id : undefined;
}

/** Keeps the first picture's bytes once, and the request with the length and a fingerprint in place of each picture and sound. */
function keepMedia(
  parts: Some<"pictures">,
  name: string,
  body: Body,
): { readonly picture: string | undefined; readonly request: Body } {
  let picture: string | undefined;
  const request = changeInlineMedia(name, body, (value, _field, { image }) => {
    const key = contentKey(value);
    if (image) picture ??= parts.pictures.keep(value, key);
    return `base64 of ${value.length} characters, ${key}`;
  });
  return { picture, request };
}
