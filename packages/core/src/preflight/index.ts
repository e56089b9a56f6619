import { checkRequest, type RuleOptions } from "@klingkit/spec/rules";
import type { Preflight } from "../ports.js";

/** Checks bodies against the contract and its cross-field rules before a credit is spent; open questions are let through. */
export const preflight: Preflight = createPreflight();

/** A pre-flight check with open questions answered your way. */
export function createPreflight(options: Omit<RuleOptions, "dialect"> = {}): Preflight {
  return (family, body, { dialect }) => checkRequest(family, body, { ...options, dialect });
}
