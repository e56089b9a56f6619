import { isLoopback } from "@klingkit/spec/web";
import { isAllowed } from "./address.js";
import { insecureRedirect } from "./download-errors.js";

/** As many redirects as `fetch` itself follows. */
const mostRedirects = 20;

/**
 * Fetches, and looks at every address of a chain of redirects before it is asked. Browsers tell no address and follow by
 * themselves (from a page on https never to http); of those the last one is looked at.
 * @throws RefusedError where a redirect leaves https, or leads from another host to this machine
 */
export async function fetchFollowing(fetch: typeof globalThis.fetch, url: URL, init: RequestInit): Promise<Response> {
  let at = url;
  for (let redirects = 0; ; redirects += 1) {
    const response = await fetch(at.href, { ...init, redirect: "manual" });
    const last = response.type === "opaqueredirect" ? await fetch(at.href, init) : response;
    const { redirected, status, headers } = last;
    if (redirected && !isAllowedAfter(url, new URL(last.url))) throw insecureRedirect(status);
    const location = status >= 300 && status < 400 ? headers.get("location") : null;
    if (location === null || !URL.canParse(location, at.href) || redirects === mostRedirects) return last;
    at = new URL(location, at);
    await last.body?.cancel();
    if (!isAllowedAfter(url, at)) throw insecureRedirect(status);
  }
}

function isAllowedAfter(from: URL, to: URL): boolean {
  return isAllowed(to) && (isLoopback(from) || !isLoopback(to));
}
