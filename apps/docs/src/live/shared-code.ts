/** Code that survives a reload, and code in an address. Both are text that the sandbox runs, like what a reader types. */

const prefix = "klingkit-example:";
const longestAddress = 30_000;

/** What a reader has written into an example of this tab; undefined where nothing was. */
export function kept(name: string): string | undefined {
  return sharedCode(name) ?? stored(() => sessionStorage.getItem(prefix + name)) ?? undefined;
}

export function keep(name: string, code: string): void {
  stored(() => sessionStorage.setItem(prefix + name, code));
}

export function forget(name: string): void {
  stored(() => sessionStorage.removeItem(prefix + name));
  if (name === "playground" && location.hash !== "") history.replaceState(null, "", location.pathname);
}

/** The playground's address with this code in it, which stays in the browser: what follows `#` is never sent. */
export function addressOfPlayground(code: string): string {
  const address = `/playground/#code=${encodeURIComponent(code)}`;
  return address.length > longestAddress ? "/playground/" : address;
}

/** Code that stands in the address of the playground. */
function sharedCode(name: string): string | undefined {
  if (name !== "playground" || typeof location === "undefined") return undefined;
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  return code === null || code === "" ? undefined : code;
}

/** Some browsers refuse storage; then an edit lasts as long as the page. */
function stored<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
