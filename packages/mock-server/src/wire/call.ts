import type { Call } from "@klingkit/spec";
import { priceRequest } from "@klingkit/spec/pricing";
import { accept, examine } from "./accept.js";
import { refuseBalance } from "./account-refusals.js";
import { callData } from "./call-data.js";
import { findDeletion } from "./deletion.js";
import type { Exchange } from "./exchange.js";
import { type MockAnswer, wireAnswer } from "./http.js";

/** Answers a call at once: schema, rules, balance; then it is charged like a task that has already ended. */
export function answerCall(exchange: Exchange, call: Call): MockAnswer {
  const { parts, account, request, trace } = exchange;
  const examined = examine(exchange, call.name);
  if ("refusal" in examined) return examined.refusal;
  const { body } = examined;
  const deletion = findDeletion(exchange, call.name, body);
  if (deletion && "refusal" in deletion) return deletion.refusal;
  const price = priceRequest(call.name, body);
  const unpaid = call.isFree ? undefined : refuseBalance(exchange, price);
  if (unpaid) return unpaid;
  const now = trace.at;
  const plan = {
    createdAt: now,
    startsAt: now,
    endsAt: now,
    running: "processing",
    ending: { status: "succeed" },
  } as const;
  const task = accept(exchange, call.name, { body, plan, price });
  if (deletion) parts.tasks.deleteResult(deletion.made);
  const address = (kind: "video" | "image" | "mp3", index = 0) =>
    parts.assets.address(task, { kind, index, watermark: false }, now, request.origin);
  return wireAnswer(parts.envelopes.call(task, callData({ parts, call, task, account, body, address })));
}
