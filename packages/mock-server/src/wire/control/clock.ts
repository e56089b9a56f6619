import { MockProblem } from "../../engine/problem.js";
import type { Engine } from "../../engine.js";
import { jsonAnswer, type MockAnswer } from "../http.js";
import { type ControlCall, type ControlHandlers, fieldsOf, onlyKnown } from "./handler.js";

export const clockHandlers: ControlHandlers = {
  "GET /__mock/clock": (engine) => jsonAnswer(200, clockState(engine)),
  "POST /__mock/clock": moveClock,
};

export function clockState({ clock }: Engine) {
  return { now: clock.now(), frozen: clock.frozen };
}

/** `{"freeze": true}`, `{"advance": 5000}`, `{"set": 1767225600000}`, alone or together. */
function moveClock(engine: Engine, call: ControlCall): MockAnswer {
  const fields = fieldsOf(call);
  onlyKnown(fields, ["freeze", "advance", "set"]);
  const { freeze, advance, set } = fields;
  const isSense = [typeof freeze === "boolean", typeof advance === "number", typeof set === "number"];
  const isGiven = [freeze, advance, set].map((value) => value !== undefined);
  if (!isGiven.includes(true) || isGiven.some((given, index) => given && !isSense[index]))
    throw new MockProblem(
      400,
      "invalid-clock",
      'Send {"freeze": true}, {"advance": milliseconds} or {"set": milliseconds}.',
    );
  if (freeze === true) engine.clock.freeze();
  if (freeze === false) engine.clock.unfreeze();
  if (typeof advance === "number") engine.clock.advance(advance);
  if (typeof set === "number") engine.clock.set(set);
  engine.events.emit("clock", clockState(engine));
  return jsonAnswer(200, clockState(engine));
}
