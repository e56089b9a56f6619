import { readExpiry } from "@klingkit/spec/result-address";
import { isLoopback, isPublicAddress } from "@klingkit/spec/web";
import { InputError } from "../errors/index.js";

/** Which addresses may be fetched besides public ones over https. */
export interface AddressPolicy {
  /** The server's own results are always allowed, also over http. */
  readonly baseUrl: string;
  /** Whether the server is a simulator on this machine or in this process. */
  readonly isLocal: boolean;
  /** Whether the caller allows this machine and private networks. */
  readonly allowPrivate: boolean;
}

/** @throws InputError for an address that may not be fetched */
export function checkAddress(address: string, policy: AddressPolicy): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && isAllowed(url, policy)) return url;
  if (url && /^https?:$/.test(url.protocol) && !isPublicAddress(url)) {
    throw new InputError(
      "The result's address is on this machine or in a private network.",
      "If your results are there, set allowPrivate.",
      "private-address",
    );
  }
  throw new InputError("The result's address is not https.", "Download from the address the provider gave.");
}

function isAllowed(url: URL, { baseUrl, isLocal, allowPrivate }: AddressPolicy): boolean {
  if (url.origin === new URL(baseUrl).origin) return true;
  if (isPublicAddress(url)) return url.protocol === "https:";
  if (url.protocol === "http:") return allowPrivate || (isLocal && isLoopback(url));
  return url.protocol === "https:" && (allowPrivate || isLocal);
}

/** Whether a redirect may be followed: no public address may lead to a private one, nor a private one to another. */
export function isAllowedAfter(from: URL, to: URL, policy: AddressPolicy): boolean {
  const isSameMachine = from.hostname === to.hostname || (isLoopback(from) && isLoopback(to));
  return isAllowed(to, { ...policy, isLocal: policy.isLocal && isSameMachine });
}

/** When a result's address expires, as the address says; undefined if it says nothing. */
export function resultExpiry(address: string | URL): Date | undefined {
  const expiry = URL.canParse(address) ? readExpiry(new URL(address).searchParams) : undefined;
  return expiry === undefined ? undefined : new Date(expiry);
}
