/** Code that survives a reload, and code and settings in an address. Code is text that the sandbox runs, like what a reader types. */

import { faultChoices } from "./faults.js";
import { speeds, type TimeSetting } from "./protocol.js";

/** What a reader has set beside the code. */
interface Settings {
  readonly fault: string;
  readonly time: TimeSetting;
}

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

/** The playground's address with this code and these settings in it. It stays in the browser: what follows `#` is never sent. */
export function addressOfPlayground(code: string, settings?: Settings): string {
  const address = `/playground/#code=${encodeURIComponent(code)}${settings ? textOf(settings) : ""}`;
  return address.length > longestAddress ? "/playground/" : address;
}

function textOf({ fault, time }: Settings): string {
  return `&fault=${fault}&speed=${time.speed}${time.frozen ? "&frozen" : ""}`;
}

/** Settings that stand in the address of the playground; what is not known there is left out. */
export function sharedSettings(name: string): Partial<Settings> {
  const shared = sharedIn(name);
  const fault = shared?.get("fault") ?? "";
  const speed = Number(shared?.get("speed"));
  return {
    ...(faultChoices.some((choice) => choice.name === fault) ? { fault } : {}),
    ...(speeds.includes(speed) ? { time: { speed, frozen: shared?.has("frozen") ?? false } } : {}),
  };
}

/** Code that stands in the address of the playground. */
function sharedCode(name: string): string | undefined {
  return sharedIn(name)?.get("code") || undefined;
}

function sharedIn(name: string): URLSearchParams | undefined {
  if (name !== "playground" || typeof location === "undefined") return undefined;
  return new URLSearchParams(location.hash.slice(1));
}

/** Some browsers refuse storage; then an edit lasts as long as the page. */
function stored<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
