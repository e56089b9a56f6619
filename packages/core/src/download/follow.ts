import { type AddressPolicy, isAllowedAfter } from "./address.js";
import { insecureRedirect } from "./download-errors.js";

/** As many redirects as `fetch` itself follows. */
const mostRedirects = 20;

interface Following {
  readonly fetch: typeof globalThis.fetch;
  readonly policy: AddressPolicy;
}

/**
 * Fetches, and checks each address that a redirect leads to before it is fetched. Browsers show no such address: they follow
 * redirects themselves (from a page on https never to http), and only the last address can be checked.
 * @throws RefusedError where a redirect leaves https, or leads to this machine or a private network
 */
export async function fetchFollowing({ fetch, policy }: Following, url: URL, init: RequestInit): Promise<Response> {
  let at = url;
  for (let redirects = 0; ; redirects += 1) {
    const response = await fetch(at.href, { ...init, redirect: "manual" });
    const last = response.type === "opaqueredirect" ? await fetch(at.href, init) : response;
    const { redirected, status, headers } = last;
    if (redirected && !isAllowedAfter(url, new URL(last.url), policy)) throw insecureRedirect(status);
    const location = status >= 300 && status < 400 ? headers.get("location") : null;
    if (location === null || !URL.canParse(location, at.href) || redirects === mostRedirects) return last;
    at = new URL(location, at);
    await last.body?.cancel();
    if (!isAllowedAfter(url, at, policy)) throw insecureRedirect(status);
  }
}
