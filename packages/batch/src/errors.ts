import type { KlingkitError } from "@klingkit/core";

/** Codes of errors about the account, its money or its key, which every other row would meet as well. */
const ofTheAccount = new Set([
  "authentication-failed",
  "authorization-empty",
  "authorization-invalid",
  "token-expired",
  "token-not-yet-valid",
  "account-exception",
  "account-in-arrears",
  "balance-not-enough",
  "no-permission",
  "ip-not-allowed",
  "gateway-authentication",
  "gateway-quota",
  "gateway-permission",
  "gateway-forbidden",
]);

export function stopsBatch({ code }: KlingkitError): boolean {
  return ofTheAccount.has(code);
}

export function shortError({ code, message }: KlingkitError): { readonly code: string; readonly message: string } {
  return { code, message: message.slice(0, 500) };
}
