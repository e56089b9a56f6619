import { checkRequest, type RuleOptions, unknownFields, unreachableAddresses } from "@klingkit/spec/rules";
import { isPublicAddress } from "@klingkit/spec/web";
import type { Preflight } from "../ports.js";

/**
 * Checks bodies against the contract and its cross-field rules before they are sent. It only warns about open
 * questions, about fields that the contract does not have, and about addresses that the provider can't reach (a
 * simulator can).
 */
export const preflight: Preflight = createPreflight();

/** Makes a pre-flight check that accepts or refuses open questions as you choose. */
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
