import { checkAdvance, checkSpeed, checkTime, clockState } from "../engine/clock.js";
import { MockProblem } from "../engine/problem.js";
import { jsonAnswer, type MockAnswer } from "../wire/http.js";
import type { Some } from "../wire/parts.js";
import { type ControlCall, type ControlHandlers, fieldsOf, onlyKnown } from "./handler.js";

export const clockHandlers: ControlHandlers = {
  "GET /__mock/clock": ({ clock }) => jsonAnswer(200, clockState(clock)),
  "POST /__mock/clock": moveClock,
};

/** `{"freeze": true}`, `{"speed": 10}`, `{"advance": 5000}`, `{"set": 1767225600000}`, alone or together. */
function moveClock({ clock }: Some<"clock">, call: ControlCall): MockAnswer {
  const fields = fieldsOf(call);
  onlyKnown(fields, ["freeze", "speed", "advance", "set"]);
  const { freeze, speed, advance, set } = fields;
  const numbers = [speed, advance, set].filter((value) => value !== undefined);
  const isEmpty = freeze === undefined && numbers.length === 0;
  const isSense =
    ["boolean", "undefined"].includes(typeof freeze) && numbers.every((value) => typeof value === "number");
  if (isEmpty || !isSense)
    throw new MockProblem(
      400,
      "invalid-clock",
      'Send {"freeze": true}, {"speed": factor}, {"advance": milliseconds} or {"set": milliseconds}.',
    );
  // All numbers are checked before the first one has an effect.
  const now = clock.now();
  const advanced = typeof advance === "number" ? now + advance : now;
  if (typeof speed === "number") checkSpeed(speed);
  if (typeof advance === "number") checkAdvance(now, advance);
  if (typeof set === "number") checkTime(Math.floor(advanced), set);
  if (freeze === true) clock.freeze();
  if (freeze === false) clock.unfreeze();
  if (typeof speed === "number") clock.setSpeed(speed);
  if (typeof advance === "number") clock.advance(advance);
  if (typeof set === "number") clock.set(set);
  return jsonAnswer(200, clockState(clock));
}
