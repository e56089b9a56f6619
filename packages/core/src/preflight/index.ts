import { checkRequest, type RuleOptions, unknownFields, unreachableAddresses } from "@klingkit/spec/rules";
import { requestValidators } from "@klingkit/spec/validators";
import { isPublicAddress } from "@klingkit/spec/web";
import { rowNamed } from "../lib/names.js";
import type { Preflight } from "../ports.js";

/**
 * Checks bodies against the contract and its cross-field rules before they are sent. It only warns about open
 * questions, about fields that the contract does not have, and about addresses that the provider can't reach (a
 * simulator can). It takes bodies as they are sent: pictures as bytes go through `prepare` first, as the client does it.
 * @throws InputError for an operation that the contract does not have
 */
export const preflight: Preflight = createPreflight();

/** Makes a pre-flight check that accepts or refuses open questions as you choose. */
export function createPreflight(options: Omit<RuleOptions, "dialect"> = {}): Preflight {
  return (operation, body, { dialect, baseUrl, isLocal = false }) => {
    // Nothing is known of its body, and no findings would mean that it is right.
    rowNamed("operation", requestValidators, operation);
    const findings = checkRequest(operation, body, { ...options, dialect });
    const said = new Set(findings.map(({ field }) => field));
    // A provider has a public address.
    const isSimulator = isLocal || (baseUrl !== undefined && !isPublicAddress(new URL(baseUrl)));
    const more = [...unknownFields(operation, body), ...(isSimulator ? [] : unreachableAddresses(body))];
    return [...findings, ...more.filter(({ field }) => !said.has(field))];
  };
}
