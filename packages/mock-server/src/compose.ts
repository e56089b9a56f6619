import { type Dialect, dialects, typicalSeconds } from "@klingkit/spec";
import type { RuleOptions } from "@klingkit/spec/rules";
import { Accounts } from "./engine/accounts.js";
import { Agenda } from "./engine/agenda.js";
import { type AssetOptions, Assets } from "./engine/assets.js";
import { Callbacks } from "./engine/callbacks.js";
import { clockState, MockClock } from "./engine/clock.js";
import { Events } from "./engine/events.js";
import { IdIssuer } from "./engine/ids.js";
import { type ChargeRules, Ledger } from "./engine/ledger.js";
import { PictureStore } from "./engine/pictures.js";
import { quickTiming, type Timing } from "./engine/plan.js";
import { createRandom } from "./engine/random.js";
import { RequestLog } from "./engine/request-log.js";
import { MockTasks } from "./engine/tasks.js";
import { createTinyRenderer } from "./media/tiny-clip.js";
import type { MockOptions } from "./options.js";
import { Access } from "./wire/access.js";
import { callbackBody } from "./wire/callback-body.js";
import { Envelopes } from "./wire/envelope.js";
import type { Parts, Some } from "./wire/parts.js";
import { Refusals } from "./wire/refusal.js";
import { Repeats } from "./wire/repeats.js";
import { Routes } from "./wire/route.js";
import { Rules } from "./wire/rules.js";

/** Makes the parts of a simulator and ties them together. */
export function compose(options: MockOptions): Parts {
  const dialect = options.dialect ?? "cometapi";
  const clock = options.clock ?? ownClock(options.startTime);
  const random = createRandom(options.seed ?? 1);
  const chance = createRandom((options.seed ?? 1) + 1);
  const events = new Events(() => clock.now());
  clock.onMoved(() => events.emit("clock", clockState(clock)));
  const requests = new RequestLog(options.maxRequests ?? 1_000);
  const rules = new Rules(chance, events);
  const repeats = new Repeats(rules);
  const tasks = new MockTasks(options.maxTasks ?? 1_000_000, {
    now: () => clock.now(),
    moved: (task, status) => {
      events.emit("task-moved", { taskId: task.id, status });
      callbacks.replanned(task);
    },
    dropped: (task) => ledger.forget(task),
  });
  const chargeRules: ChargeRules = {
    chargeAt: options.chargeAt ?? "success",
    chargeFailed: options.chargeFailed ?? false,
  };
  const ledger = new Ledger({ rules: chargeRules, now: () => clock.now() });
  const accounts = new Accounts(options.accounts, {
    tasks,
    ledger,
    rules: chargeRules,
    now: () => clock.now(),
    changed: ({ name }) => events.emit("account", { account: name }),
  });
  const pictures = new PictureStore(options.maxPictureBytes ?? 256 * 1024 * 1024);
  const assets = new Assets(assetOptionsOf(options), clock, tasks, pictures);
  const envelopes = new Envelopes({ dialect, random, assets, tasks }, options.ids === "small");
  const callbacks = createCallbacks(options, { dialect, clock, envelopes, events });
  const kept = { events, tasks, accounts, ledger, pictures, rules, repeats, requests, callbacks };
  const lateCreates = new Agenda(clock);
  return {
    ...kept,
    options,
    dialect,
    clock,
    random,
    chance,
    ids: options.ids === "small" ? new IdIssuer(random, 0) : new IdIssuer(random),
    assets,
    lateCreates,
    routes: new Routes(dialect),
    keyRules: {
      tokens: dialects[dialect].authentication === "bearer-or-jwt",
      secrets: options.secretKeys,
    },
    ruleOptions: ruleOptionsOf(dialect, options, clock),
    access: new Access(options),
    refusals: new Refusals(dialect, random, () => clock.now()),
    envelopes,
    timingOf: (operation, request) => timing(options.timing ?? "quick", operation, request),
    reset: (account) => reset({ ...kept, lateCreates }, account),
  };
}

/** The parts that a reset empties. */
type Kept =
  | "tasks"
  | "accounts"
  | "ledger"
  | "pictures"
  | "rules"
  | "repeats"
  | "requests"
  | "callbacks"
  | "lateCreates";

/** Forgets one account's state, or everything. @throws MockProblem for an unknown account */
function reset(parts: Some<Kept | "events">, account: string | undefined): void {
  const { events, tasks, accounts, ledger, pictures, rules, repeats, requests, callbacks, lateCreates } = parts;
  if (account === undefined) {
    for (const part of [tasks, accounts, ledger, pictures, rules, repeats, requests, callbacks, lateCreates])
      part.clear();
    events.emit("reset", {});
    return;
  }
  accounts.byName(account);
  for (const part of [callbacks, lateCreates, tasks, ledger, rules, repeats, requests]) part.forgetAccount(account);
  accounts.renew(account);
  events.emit("reset", { account });
}

function assetOptionsOf({ render, renderer = createTinyRenderer(), publicUrl }: MockOptions): AssetOptions {
  const longSide = render === "full" ? fullLongSide : () => 640;
  return { renderer, longSide, publicUrl: publicUrl?.replace(/\/+$/, "") };
}

function createCallbacks(
  options: MockOptions,
  { dialect, clock, envelopes, events }: Some<"dialect" | "clock" | "envelopes" | "events">,
): Callbacks {
  const fields = options.callbackFields ?? (dialect === "cometapi" ? "2024" : "full");
  const callbackTime = options.callbackTime ?? (options.clock ? "simulated" : "wall");
  return new Callbacks(
    { ...options, callbackTime },
    {
      clock,
      body: (task, state, origin) => callbackBody(envelopes, task, { state, origin, fields }),
      delivered: (delivery) => events.emit("callback", delivery),
    },
  );
}

function ownClock(startTime: number | undefined): MockClock {
  const clock = new MockClock();
  if (startTime !== undefined) clock.restore(startTime, true);
  return clock;
}

/** One object for all requests: to copy it for the time of each was a twentieth of a submit. */
function ruleOptionsOf(dialect: Dialect, options: MockOptions, clock: MockClock): RuleOptions {
  const { discontinued, openQuestions } = options;
  return {
    dialect,
    get at() {
      return clock.now();
    },
    discontinued,
    openQuestions,
  };
}

/** std is 720p, pro 1080p, 4k 2160p. */
function fullLongSide(mode: string): number {
  return { pro: 1920, "4k": 3840 }[mode] ?? 1280;
}

function timing(
  choice: NonNullable<MockOptions["timing"]>,
  operation: string,
  request: Readonly<Record<string, unknown>>,
): Timing {
  if (typeof choice === "object") return choice;
  if (choice === "quick") return quickTiming;
  const seconds = typicalSeconds(operation, request) ?? 120;
  return { submittedMs: 2_000, processingMs: Math.max(0, seconds * 1000 - 2_000) };
}
