import type { SteeringRule } from "./protocol.js";

/** A fault the reader can switch on. */
export interface FaultChoice {
  readonly name: string;
  readonly label: string;
  readonly rule: SteeringRule | null;
}

/** What can go wrong, in the simulator's own words. */
export const faultChoices: readonly FaultChoice[] = [
  { name: "none", label: "nothing goes wrong", rule: null },
  {
    name: "lost-answer",
    label: "the answer to the create is lost",
    rule: { match: { verb: "submit" }, prefer: "fault=reset-after-accept", times: 1 },
  },
  {
    name: "html-502",
    label: "a proxy answers the create with an HTML page",
    rule: { match: { verb: "submit" }, prefer: "fault=html-502", times: 1 },
  },
  {
    name: "bad-query",
    label: "two queries are cut off in the middle",
    rule: { match: { verb: "get" }, prefer: "fault=truncated-json", times: 2 },
  },
  {
    name: "slow-down",
    label: "too many requests, twice (1302)",
    rule: { match: { verb: "submit" }, prefer: "code=1302", times: 2 },
  },
  {
    name: "no-slot",
    label: "no parallel slot is free, once (1303)",
    rule: { match: { verb: "submit" }, prefer: "code=1303", times: 1 },
  },
  {
    name: "no-credit",
    label: "the balance is used up (1102)",
    rule: { match: { verb: "submit" }, prefer: "code=1102" },
  },
  {
    name: "risk-control",
    label: "the task fails: risk control",
    rule: { match: { verb: "submit" }, prefer: "scenario=risk-control" },
  },
];
