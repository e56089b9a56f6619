import { type Family, parseJson, requestFields } from "@klingkit/spec";
import { base64Bytes, checkPicture } from "@klingkit/spec/picture";
import { priceRequest } from "@klingkit/spec/pricing";
import { checkRequest, coerceTypes } from "@klingkit/spec/rules";
import { type Account, occupySlot, tasksInFlight } from "../engine/accounts.js";
import { drawPlan } from "../engine/plan.js";
import type { TaskRecord } from "../engine/tasks.js";
import type { Engine } from "../mock.js";
import { scenarios } from "../scenarios/index.js";
import { jsonAnswer, type MockAnswer, type MockRequest } from "./http.js";

type Body = Readonly<Record<string, unknown>>;

/** Requests of more bytes are refused. */
export const maxBodyBytes = 64 * 1024 * 1024;

/** The body as an object, or the refusal. */
export type BodyReading = { readonly fields: Body } | { readonly refusal: MockAnswer };

export function readBody(engine: Engine, request: MockRequest): BodyReading {
  const { body } = request;
  if (body !== undefined && body.length > maxBodyBytes)
    return { refusal: engine.refusals.of("too-large", { limit: maxBodyBytes }) };
  try {
    const text = typeof body === "string" ? body : new TextDecoder("utf-8", { fatal: true }).decode(body);
    const parsed = parseJson(text);
    if (parsed !== null && typeof parsed === "object" && !Array.isArray(parsed)) return { fields: parsed as Body };
    return { refusal: engine.refusals.of("bad-json", { reason: "not a JSON object" }) };
  } catch {
    return { refusal: engine.refusals.of("bad-json", { reason: "not valid JSON" }) };
  }
}

/** Accepts a task: schema, rules, pictures, own id, slots, balance, in that order; then charges it. */
export function submitTask(
  engine: Engine,
  family: Family,
  account: Account,
  sent: Body,
  scenarioName: string | undefined,
): MockAnswer {
  const body = engine.options.lenientTypes === false ? sent : coerceTypes(family.name, sent);
  const refused = refuseBody(engine, family, body) ?? refuseAccount(engine, family, account, body);
  if (refused) return refused;
  const task = createTask(engine, family, account, body, scenarioName);
  return jsonAnswer(200, engine.envelopes.submitted(task));
}

function refuseBody(engine: Engine, family: Family, body: Body): MockAnswer | undefined {
  const { retiredModels, openQuestions } = engine.options;
  const findings = checkRequest(family.name, body, {
    dialect: engine.dialect,
    ...(retiredModels ? { retiredModels } : {}),
    ...(openQuestions ? { openQuestions } : {}),
  });
  // A name nobody knows is only doubtful to a client; a server knows its models.
  const finding = findings.find(({ severity, situation }) => severity === "refuse" || situation === "unknown-model");
  if (finding)
    return engine.refusals.of(finding.situation, { reason: finding.message, model: String(body.model_name ?? "") });
  return refusePictures(engine, family, body);
}

/** Pictures given as base64 are looked at; those behind an address are not fetched. */
function refusePictures(engine: Engine, family: Family, body: Body): MockAnswer | undefined {
  for (const { name, image } of requestFields[family.name] ?? []) {
    const value = body[name];
    if (!image || typeof value !== "string" || value === "" || isAddress(value)) continue;
    const bytes = base64Bytes(value);
    const problem = bytes ? checkPicture(bytes, image)?.what : "is neither an address nor base64";
    if (problem !== undefined)
      return engine.refusals.of("invalid-parameter", { reason: `${name} is invalid: it ${problem}` });
  }
  return undefined;
}

function refuseAccount(engine: Engine, family: Family, account: Account, body: Body): MockAnswer | undefined {
  const externalId = ownId(body);
  if (externalId !== undefined && engine.tasks.byExternalId(account.name, externalId)) {
    return engine.refusals.of("duplicate-external-task-id", { id: externalId });
  }
  if (tasksInFlight(account, slotOf(family, body), engine.clock.now()) >= account.parallelTasks)
    return engine.refusals.service(1303);
  const { units } = priceRequest(family.name, body);
  return (units ?? 0) > account.unitsLeft ? engine.refusals.service(1102) : undefined;
}

function createTask(
  engine: Engine,
  family: Family,
  account: Account,
  body: Body,
  scenarioName = "succeed",
): TaskRecord {
  const now = engine.clock.now();
  const scenario = scenarios[scenarioName];
  if (!scenario) throw new RangeError(`There is no scenario ${scenarioName}.`);
  const { units } = priceRequest(family.name, body);
  const { picture, request } = keepPicture(engine, family, body);
  const task: TaskRecord = {
    id: engine.ids.next(engine.envelopes.profile(family.name, "submit").ids ?? "native", now),
    family: family.name,
    account: account.name,
    externalTaskId: ownId(body),
    plan: drawPlan(now, engine.timingOf(family.name, String(body.mode ?? "std")), scenario, engine.random),
    request,
    picture,
    units,
  };
  engine.tasks.add(task);
  engine.ledger.record({
    at: now,
    account: account.name,
    family: family.name,
    taskId: task.id,
    externalTaskId: task.externalTaskId,
    units,
  });
  account.unitsLeft -= units ?? 0;
  occupySlot(
    account,
    slotOf(family, body),
    scenario.ending.status === "stuck" ? Number.POSITIVE_INFINITY : task.plan.endsAt,
  );
  return task;
}

/** Keeps the first picture's bytes once, and the request without any of them. */
function keepPicture(engine: Engine, family: Family, body: Body): { picture: string | undefined; request: Body } {
  let picture: string | undefined;
  const request: Record<string, unknown> = { ...body };
  for (const { name, image } of requestFields[family.name] ?? []) {
    const value = body[name];
    if (!image || typeof value !== "string" || value === "" || isAddress(value)) continue;
    picture ??= engine.pictures.keep(value);
    request[name] = `base64 of ${value.length} characters`;
  }
  return { picture, request };
}

/** Slots are counted for each model; requests without one share a slot of their family. */
function slotOf(family: Family, body: Body): string {
  return String(body.model_name || family.name);
}

function ownId(body: Body): string | undefined {
  const id = body.external_task_id;
  return typeof id === "string" && id !== "" ? id : undefined;
}

function isAddress(value: string): boolean {
  return /^https?:\/\//i.test(value);
}
