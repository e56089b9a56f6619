import { checkRequest, type RuleOptions, unknownFields, unreachableAddresses } from "@klingkit/spec/rules";
import { isPublicAddress } from "@klingkit/spec/web";
import type { Preflight } from "../ports.js";

/**
 * Checks bodies against the contract and its cross-field rules before a credit is spent. Warns, and lets through: open
 * questions, fields that the contract does not have, and addresses that the provider can't reach (a simulator can).
 */
export const preflight: Preflight = createPreflight();

/** A pre-flight check with open questions answered your way. */
export function createPreflight(options: Omit<RuleOptions, "dialect"> = {}): Preflight {
  return (operation, body, { dialect, baseUrl, isLocal = false }) => {
    const findings = checkRequest(operation, body, { ...options, dialect });
    const said = new Set(findings.map(({ field }) => field));
    // A provider has a public address.
    const isSimulator = isLocal || (baseUrl !== undefined && !isPublicAddress(new URL(baseUrl)));
    const more = [...unknownFields(operation, body), ...(isSimulator ? [] : unreachableAddresses(body))];
    return [...findings, ...more.filter(({ field }) => !said.has(field))];
  };
}
