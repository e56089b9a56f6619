import type { Call } from "@klingkit/spec";
import type { Account } from "../engine/accounts.js";
import type { Engine } from "../mock.js";
import { accept, coerce, refuseBalance, refuseRequest } from "./accept.js";
import type { Body } from "./body.js";
import { callData } from "./call-data.js";
import { jsonAnswer, type MockAnswer, type MockRequest } from "./http.js";

/** Answers a call at once: schema, rules, balance; then it is charged like a task that has already ended. */
export function answerCall(engine: Engine, call: Call, account: Account, sent: Body, request: MockRequest): MockAnswer {
  const body = coerce(engine, call.name, sent);
  const refused = refuseRequest(engine, call.name, body) ?? refuseBalance(engine, call.name, account, body);
  if (refused) return refused;
  const now = engine.clock.now();
  const plan = {
    createdAt: now,
    startsAt: now,
    endsAt: now,
    running: "processing",
    ending: { status: "succeed" },
  } as const;
  const task = accept(engine, call.name, account, body, plan);
  const address = (kind: "video" | "image" | "mp3", index = 0) =>
    engine.assets.address(task, { kind, index, watermark: false }, now, request.origin);
  return jsonAnswer(200, engine.envelopes.call(task, callData({ engine, call, task, account, body, address })));
}
