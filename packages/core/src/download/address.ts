import { readExpiry } from "@klingkit/spec/result-address";
import { isLoopback } from "@klingkit/spec/web";
import { InputError } from "../errors/index.js";

/** @throws InputError for anything but https; this machine may be http */
export function checkAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && isAllowed(url)) return url;
  throw new InputError("The result's address is not https.", "Download from the address the provider gave.");
}

export function isAllowed(url: URL): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
}

/** When a result's address stops working, by its own word; undefined where it says nothing. */
export function resultExpiry(address: string | URL): Date | undefined {
  const expiry = URL.canParse(address) ? readExpiry(new URL(address).searchParams) : undefined;
  return expiry === undefined ? undefined : new Date(expiry);
}
