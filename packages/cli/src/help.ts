import { exitCodes } from "./exit-code.js";

/** What each exit code means. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: "done",
  bug: "a bug in klingkit",
  usage: "usage or bad input",
  configuration: "key or settings",
  unfinished: "accepted, not finished",
  taskFailed: "the task failed",
  refused: "refused",
  outcomeUnknown: "nobody can tell whether a task was made",
  batchPartlyFailed: "part of a batch failed",
  network: "network",
  interrupted: "interrupted",
};

/** The environment variables that the commands read. */
export const environmentVariables: Readonly<Record<string, string>> = {
  COMETAPI_KEY: "the key, in the dialect cometapi",
  KLING_API_KEY: "the key, in the dialect kling",
  KLING_ACCESS_KEY: "Kling's older pair of keys, with KLING_SECRET_KEY",
  KLING_SECRET_KEY: "the other half of that pair",
  KLINGKIT_BASE_URL: "the server's origin",
  KLINGKIT_DIALECT: "cometapi or kling",
  KLINGKIT_CALLBACK_SECRET: "with mock: signs callbacks",
  KLINGKIT_CACHE_DIR: "folder of rendered results; empty keeps none",
  NO_COLOR: "no colours",
  TERM: "dumb: no progress line",
  LC_ALL: "signs beyond ASCII where it says UTF-8",
  LC_CTYPE: "the same where LC_ALL is not set",
  LANG: "the same where neither is set",
};

const nameWidth = 26;

/** What stands below the commands in `klingkit --help`. */
export function helpBelow(): string {
  const codes = Object.entries(exitCodeMeanings).map(
    ([name, meaning]) => [String(exitCodes[name as keyof typeof exitCodes]), meaning] as const,
  );
  return `\nExit codes:\n${columns(codes, 5)}\n\nEnvironment:\n${columns(Object.entries(environmentVariables), nameWidth)}\n`;
}

function columns(rows: readonly (readonly [string, string])[], width: number): string {
  return rows.map(([name, meaning]) => `  ${name.padEnd(width)}${meaning}`).join("\n");
}
