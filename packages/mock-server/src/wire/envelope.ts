import { type AnswerProfile, type Dialect, profiles, type Verb } from "@klingkit/spec";
import type { Assets } from "../engine/assets.js";
import type { IdStyle } from "../engine/ids.js";
import { statusAt, type TaskState } from "../engine/lifecycle.js";
import { parentVideoOf } from "../engine/parents.js";
import type { Random } from "../engine/random.js";
import { watermarkOf } from "../engine/result-format.js";
import { resultItems } from "../engine/result-items.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { MockTasks } from "../engine/tasks.js";

/** The parts of the simulator that envelopes need. */
interface EnvelopeSurroundings {
  readonly dialect: Dialect;
  readonly random: Random;
  readonly assets: Assets;
  readonly tasks: MockTasks;
}

/** Turns a task into the body the dialect would send. */
export class Envelopes {
  readonly #dialect: Dialect;
  readonly #random: Random;
  readonly #surroundings: EnvelopeSurroundings;
  readonly #smallIds: boolean;

  /** @param smallIds whether task ids are numbers, as some gateways' are */
  constructor(surroundings: EnvelopeSurroundings, smallIds: boolean) {
    this.#smallIds = smallIds;
    this.#dialect = surroundings.dialect;
    this.#random = surroundings.random;
    this.#surroundings = surroundings;
  }

  profile(operation: string, verb: Verb): AnswerProfile {
    const profile = profiles[operation]?.answers[verb]?.[this.#dialect];
    if (!profile) throw new RangeError(`The contract has no ${verb} for ${operation}.`);
    return profile;
  }

  /** Which ids the operation gives out. */
  idStyle(name: string): IdStyle {
    if (this.#smallIds) return "small";
    return profiles[name]?.answers.submit?.[this.#dialect].ids ?? "native";
  }

  /** A call's answer, with its cost where the dialect reports it. */
  call(task: TaskRecord, data: unknown): unknown {
    const profile = this.profile(task.operation, "call");
    const ended = statusAt(task.plan, task.plan.endsAt);
    const cost = Array.isArray(data) ? {} : deductions(task, profile, ended);
    return this.#wrap(profile, task.id, Array.isArray(data) ? data : { ...(data as object), ...cost });
  }

  submitted(task: TaskRecord): unknown {
    const profile = this.profile(task.operation, "submit");
    return this.#wrap(profile, task.id, this.task(task, profile, statusAt(task.plan, task.plan.createdAt)));
  }

  one(task: TaskRecord, now: number, origin: string): unknown {
    const profile = this.profile(task.operation, "get");
    return this.#wrap(profile, task.id, this.task(task, profile, statusAt(task.plan, now), origin));
  }

  page(operation: string, tasks: readonly TaskRecord[], now: number, origin: string): unknown {
    const profile = this.profile(operation, "list");
    const rows = tasks.map((task) => this.task(task, profile, statusAt(task.plan, now), origin));
    return this.#wrap(profile, undefined, rows);
  }

  #wrap(profile: AnswerProfile, taskId: string | undefined, data: unknown): unknown {
    const requestId =
      profile.requestId === "absent" ? undefined : profile.requestId === "task-id" ? taskId : this.#random.uuid();
    const { message } = profile;
    return requestId ? { code: 0, message, request_id: requestId, data } : { code: 0, message, data };
  }

  /**
   * The fields in the order of real answers; those the profile leaves out are undefined, not null, so that JSON leaves them
   * out too.
   * @param origin start of the addresses in it. Default: none, for the answer to a submit has no addresses
   */
  task(task: TaskRecord, profile: AnswerProfile, state: TaskState, origin?: string): Record<string, unknown> {
    const watermark = this.#dialect === "kling" ? watermarkOf(task) : undefined;
    const cost = deductions(task, profile, state);
    return {
      task_id: this.#smallIds ? Number(task.id) : task.id,
      task_status: state.status,
      task_status_msg: statusMessage(profile, state),
      task_info: this.#info(task, profile, origin),
      task_result: this.#result(task, profile, state, origin),
      watermark_info: watermark,
      final_unit_deduction: cost.final_unit_deduction,
      final_balance_deduction: cost.final_balance_deduction,
      created_at: task.plan.createdAt,
      updated_at: state.updatedAt,
    };
  }

  #info(task: TaskRecord, profile: AnswerProfile, origin: string | undefined): Record<string, unknown> {
    const own = externalIdIn(task, profile);
    const parent = origin === undefined ? undefined : parentVideoOf(this.#surroundings, task, origin);
    return parent ? { ...own, parent_video: parent } : own;
  }

  #result(task: TaskRecord, profile: AnswerProfile, state: TaskState, origin = ""): unknown {
    if (state.outcome !== "succeed") return { absent: undefined, null: null, empty: {} }[profile.runningResult];
    const { ending } = task.plan;
    if (ending.status === "succeed" && ending.withoutResult) return {};
    const lists = Object.entries(profiles[task.operation]?.results ?? {}).map(([key, component]) => {
      const items = resultItems(this.#surroundings.assets, task, key, component, state.updatedAt, origin);
      return [key, items.map((item) => without(item, profile.omits ?? []))] as const;
    });
    // A list without items is left out: omni-image answers either single pictures or a series.
    return Object.fromEntries(lists.filter(([, items]) => items.length > 0));
  }
}

/** A copy without the fields that this dialect leaves out. */
function without(item: unknown, fields: readonly string[]): unknown {
  return fields.length === 0
    ? item
    : Object.fromEntries(Object.entries(item as object).filter(([name]) => !fields.includes(name)));
}

function statusMessage(profile: AnswerProfile, state: TaskState): string | null | undefined {
  if (state.outcome === "failed") return state.message;
  return { absent: undefined, null: null, empty: "" }[profile.statusMessage];
}

function externalIdIn(task: TaskRecord, profile: AnswerProfile): Record<string, unknown> {
  if (task.externalTaskId !== undefined) return { external_task_id: task.externalTaskId };
  return profile.emptyExternalTaskId === "null" ? { external_task_id: null } : {};
}

interface Cost {
  readonly final_unit_deduction?: string;
  readonly final_balance_deduction?: { readonly quota: string; readonly list_price: string };
}

const noCost: Cost = {};

/** What it cost; the body of a failed task that is on record says nothing. */
function deductions(task: TaskRecord, profile: AnswerProfile, state: TaskState): Cost {
  if (profile.deductions === "none" || state.outcome !== "succeed" || task.units === null) return noCost;
  const units = decimal(task.units);
  if (profile.deductions === "units") return { final_unit_deduction: units };
  const money = decimal(task.usd ?? 0);
  return { final_unit_deduction: units, final_balance_deduction: { quota: money, list_price: money } };
}

/** At most three places, no trailing zeros: "2.5". */
function decimal(value: number): string {
  return String(Number(value.toFixed(3)));
}
