import { statusAt } from "../engine/lifecycle.js";
import type { Engine } from "../mock.js";
import { jsonAnswer, type MockAnswer, type MockRequest } from "./http.js";

/** Control paths start with this. */
export const controlPrefix = "/__mock/";

/** Answers the control API: health, tasks, ledger, clock, reset. Only for the developer's own machine. */
export function answerControl(engine: Engine, request: MockRequest): MockAnswer {
  const stranger = refuseStrangers(request);
  if (stranger) return stranger;
  const handler = handlers[`${request.method} ${request.path}`];
  if (handler) return handler(engine, request);
  const known = Object.keys(handlers).join(", ");
  return jsonAnswer(404, {
    error: {
      code: "unknown-control",
      message: `There is no ${request.method} ${request.path}. Known: ${known}.`,
      type: "klingkit_mock_error",
    },
  });
}

type Handler = (engine: Engine, request: MockRequest) => MockAnswer;

const handlers: Readonly<Record<string, Handler>> = {
  "GET /__mock/health": (engine) => jsonAnswer(200, { status: "ok", dialect: engine.dialect, now: engine.clock.now() }),
  "GET /__mock/tasks": (engine) =>
    jsonAnswer(200, {
      tasks: [...engine.tasks.newestFirst()]
        .slice(0, 1000)
        .map(({ id, family, account, externalTaskId, plan, request, units }) => ({
          id,
          family,
          account,
          external_task_id: externalTaskId ?? null,
          status: statusAt(plan, engine.clock.now()).status,
          created_at: plan.createdAt,
          request,
          units,
        })),
    }),
  "GET /__mock/ledger": (engine) => jsonAnswer(200, { charges: engine.ledger.charges, total: engine.ledger.total }),
  "GET /__mock/clock": (engine) => clockState(engine),
  "POST /__mock/clock": (engine, request) => moveClock(engine, request),
  "POST /__mock/reset": (engine) => {
    engine.reset();
    return jsonAnswer(200, { status: "ok" });
  },
};

function clockState(engine: Engine): MockAnswer {
  return jsonAnswer(200, { now: engine.clock.now(), frozen: engine.clock.frozen });
}

/** `{"freeze": true}`, `{"advance": 5000}`, `{"set": 1767225600000}`, alone or together. */
function moveClock(engine: Engine, request: MockRequest): MockAnswer {
  try {
    const text = typeof request.body === "string" ? request.body : new TextDecoder().decode(request.body);
    const { freeze, advance, set } = JSON.parse(text) as { freeze?: unknown; advance?: unknown; set?: unknown };
    if (freeze === true) engine.clock.freeze();
    if (freeze === false) engine.clock.unfreeze();
    if (advance !== undefined) engine.clock.advance(Number(advance));
    if (set !== undefined) engine.clock.set(Number(set));
    return clockState(engine);
  } catch (error) {
    const message =
      error instanceof RangeError
        ? error.message
        : 'Send {"freeze": true}, {"advance": milliseconds} or {"set": milliseconds}.';
    return jsonAnswer(400, { error: { code: "bad-clock", message, type: "klingkit_mock_error" } });
  }
}

/** A web page must not steer a developer's simulator: Host must be this machine, Origin the simulator itself. */
function refuseStrangers(request: MockRequest): MockAnswer | undefined {
  const { hostname, host } = new URL(request.origin);
  const { origin } = request.headers;
  const fromHere = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
  if (/^(localhost|127(\.\d+){3}|\[::1\]|mock\.klingkit\.invalid)$/.test(hostname) && fromHere) return undefined;
  const message =
    "The control API answers only this machine: Host must be a loopback address and Origin the simulator's own.";
  return jsonAnswer(403, { error: { code: "forbidden-origin", message, type: "klingkit_mock_error" } });
}
