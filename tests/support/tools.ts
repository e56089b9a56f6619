import { spawnSync } from "node:child_process";

/** With it a missing tool fails the tests that need it, where it would skip them otherwise. */
const isRequired = process.env.KLINGKIT_REQUIRE_TOOLS === "1";

/** Whether tests are left out because something of this machine is missing, and words for the end of their names. */
export interface Skip {
  readonly skip: boolean;
  readonly note: string;
}

/** @param isMissing what the tests need is not there @param what the reason, such as `curl is not installed` */
export function skipIf(isMissing: boolean, what: string): Skip {
  const skip = isMissing && !isRequired;
  return { skip, note: skip ? ` (skipped: ${what})` : "" };
}

/** For tests that need programs: left out only where one is missing. */
export function skipWithout(...tools: readonly string[]): Skip {
  const missing = tools.filter((tool) => spawnSync(tool, ["--help"]).error !== undefined);
  return skipIf(missing.length > 0, `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not installed`);
}
