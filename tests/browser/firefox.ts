import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../support/free-port.mjs";
import { skipIf } from "../support/tools.js";
import { patience } from "./chromium.js";

const executable = [process.env.FIREFOX_PATH, "/usr/bin/firefox-esr", "/usr/bin/firefox"].find(
  (file) => file !== undefined && existsSync(file),
);

export const { skip: skipWithoutFirefox, note: firefoxNote } = skipIf(
  executable === undefined,
  "Firefox is not installed; set FIREFOX_PATH",
);

/** A headless Firefox with a fresh profile, one window. */
interface Firefox extends AsyncDisposable {
  open(url: string): Promise<void>;
  /** Runs a function in the page and waits for what it resolves to; it can use nothing from outside itself. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** @throws {Error} where none is installed, or none answers within half a minute */
export async function launchFirefox(): Promise<Firefox> {
  if (executable === undefined) throw new Error("Firefox is not installed; set FIREFOX_PATH.");
  const profile = await mkdtemp(path.join(os.tmpdir(), "klingkit-firefox-"));
  const port = await freePort();
  await writeFile(path.join(profile, "user.js"), `user_pref("marionette.port", ${port});\n`);
  const browser = spawn(executable, ["--headless", "--marionette", "--no-remote", "--profile", profile], {
    stdio: "ignore",
  });
  const gone = once(browser, "exit");
  const line = await connected(port);
  const { send } = speak(line);
  await send("WebDriver:NewSession", {});
  await send("WebDriver:SetTimeouts", { script: patience, pageLoad: patience });
  return {
    open: async (url) => void (await send("WebDriver:Navigate", { url })),
    async run<Result>(work: () => Promise<Result>) {
      const script = `const done = arguments[0]; (${work})().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const { value } = await send("WebDriver:ExecuteAsyncScript", { script, args: [] });
      const told = value as { readonly value: Result; readonly error?: string };
      if (told.error !== undefined) throw new Error(told.error);
      return told.value;
    },
    async [Symbol.asyncDispose]() {
      line.destroy();
      browser.kill("SIGKILL");
      await gone;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function connected(port: number): Promise<net.Socket> {
  for (const end = performance.now() + 30_000; performance.now() < end; await delay(100)) {
    const socket = net.connect(port, "127.0.0.1");
    const isThere = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    if (isThere) return socket;
  }
  throw new Error("Firefox does not answer.");
}

type Answer = readonly [kind: 1, id: number, error: { readonly message: string } | null, result: { value?: unknown }];

/** Marionette's protocol: WebDriver's commands as JSON, each after its length in bytes and a colon. */
function speak(line: net.Socket) {
  const waiting = new Map<number, { resolve(result: Answer[3]): void; reject(error: Error): void }>();
  let received = Buffer.alloc(0);
  let count = 0;
  line.on("data", (bytes) => {
    received = Buffer.concat([received, bytes]);
    for (;;) {
      const colon = received.indexOf(":");
      const length = Number(received.subarray(0, colon).toString());
      if (colon < 0 || received.length < colon + 1 + length) return;
      const text = received.subarray(colon + 1, colon + 1 + length).toString();
      received = received.subarray(colon + 1 + length);
      const message = JSON.parse(text) as Answer | object;
      // The first word is a greeting.
      if (!Array.isArray(message)) continue;
      const [, id, error, result] = message as unknown as Answer;
      if (error) waiting.get(id)?.reject(new Error(error.message));
      else waiting.get(id)?.resolve(result);
      waiting.delete(id);
    }
  });
  return {
    send(command: string, parameters: object): Promise<Answer[3]> {
      count += 1;
      const id = count;
      const text = JSON.stringify([0, id, command, parameters]);
      line.write(`${Buffer.byteLength(text)}:${text}`);
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
  };
}
