import { Help } from "commander";
import { exitCodes } from "./exit-code.js";

/** What each exit code means, and what a retry loop does with it. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: "done",
  bug: "a bug in klingkit, before anything was sent; no task. Report it",
  usage: "usage or bad input; no task. Correct it",
  configuration: "key or settings; no task. Correct it",
  unfinished: "a task exists and is not finished, or a query failed. Resume it, never send it again",
  taskFailed: "the task ended as failed. Send a changed request, if any",
  refused: "refused by the provider; no task. May be sent again when the reason is gone",
  outcomeUnknown: "a task may exist. Resume it by its external_task_id, never send it again",
  batchPartlyFailed: "several tasks ended differently: look at each",
  network: "not sent, or the server was not reached; no task. May be sent again",
  outputFailed: "finished, but the output could not be written: the result is on stderr. Never send it again",
  hangup: "ended by SIGHUP before anything was sent",
  interrupted: "ended by Ctrl-C before anything was sent",
  terminated: "ended by SIGTERM before anything was sent",
};

/** The environment variables that the commands read. */
export const environmentVariables: Readonly<Record<string, string>> = {
  COMETAPI_KEY: "the key, in the dialect cometapi",
  KLING_API_KEY: "the key, in the dialect kling",
  KLING_ACCESS_KEY: "Kling's older pair of keys, with KLING_SECRET_KEY",
  KLING_SECRET_KEY: "the secret key of that pair",
  KLINGKIT_BASE_URL: "the server's origin",
  KLINGKIT_DIALECT: "cometapi or kling",
  KLINGKIT_PROFILE: "name of a profile that klingkit init has written",
  KLINGKIT_CONFIG: "file of profiles",
  KLINGKIT_STATE_DIR: "folder with the records of your tasks; default: the system's folder for state",
  KLINGKIT_CALLBACK_SECRET: "signs callbacks (mock, trigger) and verifies them (listen)",
  KLINGKIT_CONTROL_TOKEN: "token with which other hosts control a simulator (mock)",
  KLINGKIT_CACHE_DIR: "cache of rendered results; empty turns it off",
  HTTPS_PROXY: "proxy for https addresses, never for this machine",
  HTTP_PROXY: "proxy for http addresses",
  NO_PROXY: "hosts that are reached without a proxy",
  NODE_EXTRA_CA_CERTS: "certificates of your company, read by Node",
  XDG_STATE_HOME: "where the folder of KLINGKIT_STATE_DIR is by default",
  LOCALAPPDATA: "the same on Windows",
  HOME: "your home folder",
  PWD: "the working folder, if it was removed meanwhile",
  NO_COLOR: "no colours",
  FORCE_COLOR: "colours even if stderr is not a terminal",
  TERM: "dumb: no progress line; also how a picture of the result is shown",
  TERM_PROGRAM: "how a picture of the result is shown",
  LC_TERMINAL: "the same, across ssh",
  KITTY_WINDOW_ID: "the same, in kitty",
  COLORTERM: "truecolor: all colours in that picture",
  CI: "no picture of the result",
  LC_ALL: "characters beyond ASCII if it says UTF-8",
  LC_CTYPE: "the same if LC_ALL is not set",
  LANG: "the same if neither is set",
};

const [codeWidth, nameWidth] = [3, 24];
/** For terminals of 80 columns, laid out as the options above. */
const layout = Object.assign(new Help(), { helpWidth: 80 });

/** What stands below the commands in `klingkit --help`, and with `--all` below that. */
export function helpBelow(all: boolean): string {
  const example = '\nTry it for free:\n  klingkit generate picture.jpg --prompt "The steam rises" --mock\n';
  if (!all) return `${example}\nklingkit <command> --help shows a command; with --all exit codes, environment.\n`;
  const codes = Object.entries(exitCodeMeanings).map(
    ([name, meaning]) => [String(exitCodes[name as keyof typeof exitCodes]), meaning] as const,
  );
  return `${example}\nExit codes:\n${columns(codes, codeWidth)}\n\nEnvironment:\n${columns(Object.entries(environmentVariables), nameWidth)}\n`;
}

function columns(rows: readonly (readonly [string, string])[], width: number): string {
  return rows.map(([name, meaning]) => layout.formatItem(name, width, meaning, layout)).join("\n");
}
