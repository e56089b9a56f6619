import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { skipIf } from "../support/tools.js";

/** The browser's own traffic and services, off: tests must not reach outside. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

/** The shell first: without windows and what belongs to them it takes a third of the processor time. */
const executable = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

export const { skip: skipWithoutChromium, note: chromiumNote } = skipIf(
  executable === undefined,
  "Chromium is not installed; set CHROMIUM_PATH",
);

/** Milliseconds after which something in a page hangs: on a busy machine all of it takes long. */
export const patience = 120_000;

/**
 * Starts a headless Chromium with a fresh profile.
 *
 * @throws {Error} where none is installed
 */
export function launchChromium(): Promise<Browser> {
  if (executable === undefined) throw new Error("Chromium is not installed; set CHROMIUM_PATH.");
  return chromium.launch({ executablePath: executable, args: ARGUMENTS });
}
