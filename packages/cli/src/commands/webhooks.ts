import type { IncomingMessage, ServerResponse } from "node:http";
import { formatHandle, InputError } from "@klingkit/core";
import { createCallbackHandler } from "@klingkit/core/callbacks";
import { messageOf, signatureHeaders, webhookKey } from "@klingkit/spec/web";
import { interruptible } from "../interrupt.js";
import type { Io } from "../io.js";
import { familyName } from "../names.js";
import { openPort } from "../open-port.js";
import { notice, printResult } from "../report.js";
import { fetchFailure } from "../thrown.js";

export interface ListenOptions {
  readonly port: number;
  /** Where each callback goes on to, with its bytes unchanged. */
  readonly forwardTo?: string;
  readonly family?: string;
  readonly json?: boolean;
}

/** Larger bodies are refused, in bytes. */
const mostBytes = 262_144;

/**
 * `klingkit listen`: receives callbacks on this machine, verifies their signature where `KLINGKIT_CALLBACK_SECRET` is set,
 * prints each, and forwards it. It answers what the app behind it answers.
 */
export async function listen(options: ListenOptions, io: Io): Promise<void> {
  const secret = io.env.KLINGKIT_CALLBACK_SECRET;
  const forwardTo = options.forwardTo === undefined ? undefined : addressOf(options.forwardTo, "--forward-to");
  if (secret) keyOf(secret);
  const { origin, close } = await openPort((request, response) => {
    void receive(request, response, { ...options, secret, forwardTo }, io).catch((error: unknown) => {
      notice(io, `a callback could not be read: ${messageOf(error)}`);
      response.destroy();
    });
  }, options);
  notice(
    io,
    `listening on ${origin}/; give it as callback_url. ${secret ? "Signatures are verified." : "Set KLINGKIT_CALLBACK_SECRET to verify signatures."}`,
  );
  try {
    await interruptible(
      io,
      (signal) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
    );
  } finally {
    close();
  }
}

interface Receiving extends Omit<ListenOptions, "forwardTo"> {
  readonly secret: string | undefined;
  readonly forwardTo: string | undefined;
}

async function receive(request: IncomingMessage, response: ServerResponse, options: Receiving, io: Io): Promise<void> {
  const body = await readBody(request);
  if (!body) return void response.writeHead(413, { connection: "close" }).end(() => request.destroy());
  const verdict = await verdictOf(request, body, options);
  const forwarded =
    options.forwardTo && verdict.status < 300 ? await forward(request, body, options.forwardTo) : undefined;
  const status = forwarded?.status ?? verdict.status;
  const text = body.toString("utf8");
  await printResult(
    io,
    options.json,
    { ...verdict, forwarded: forwarded ?? null, path: request.url, body: parsed(text) },
    [
      `${verdict.words}${forwarded ? `, your app answered ${forwarded.status}${forwarded.error ? ` (${forwarded.error})` : ""}` : ""}`,
    ],
  );
  response.writeHead(status).end();
}

/** The body; undefined for one that is too large, of which the rest is not read. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) return undefined;
  const parts: Buffer[] = [];
  let size = 0;
  // Left early, the iterator must not end the connection: it has to carry the answer.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    size += part.length;
    if (size > mostBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Whether a callback passes the checks a receiver of one's own makes, in words. */
async function verdictOf(request: IncomingMessage, body: Buffer, { secret, family }: Receiving) {
  if (!secret) return { verified: false, status: 204, words: summary(body) };
  let told = "";
  const handler = createCallbackHandler({
    secret,
    family: family === undefined ? "image2video" : familyName(family),
    onTask: (task) => {
      told = `${formatHandle(task)}  ${task.task_status}`;
    },
  });
  const headers = new Headers(
    Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as [string, string]] : [],
    ),
  );
  const answer = await handler(
    new Request(`http://localhost${request.url ?? "/"}`, {
      method: request.method ?? "POST",
      headers,
      ...(request.method === "POST" ? { body: new Uint8Array(body) } : {}),
    }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  const verified = answer.status < 300;
  const reason = verified ? "signature verified" : `REFUSED ${answer.status}: ${await answer.text()}`;
  return { verified, status: answer.status, words: `${told || summary(body)}  ${reason}` };
}

function summary(body: Buffer): string {
  const fields = parsed(body.toString("utf8")) as { task_id?: unknown; task_status?: unknown } | string;
  return typeof fields === "object" && fields !== null
    ? `${fields.task_id ?? "?"}  ${fields.task_status ?? "?"}`
    : "a body that is not JSON";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Headers about one connection, which the next one has of its own (RFC 9110, 7.6.1); `fetch` refuses most of them. */
const ofTheConnection =
  /^(host|expect|connection|keep-alive|te|trailer|upgrade|transfer-encoding|content-length|proxy-.*)$/;

/** Sends the callback on by POST, with its query, headers (the signature is in them) and bytes as they came. */
async function forward(
  request: IncomingMessage,
  body: Buffer,
  target: string,
): Promise<{ status: number; error?: string }> {
  const url = new URL(target);
  for (const [name, value] of new URL(request.url ?? "/", "http://localhost").searchParams)
    url.searchParams.append(name, value);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === "string" && !ofTheConnection.test(name)) headers.set(name, value);
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers,
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(10_000),
      redirect: "manual",
    });
    await answer.body?.cancel();
    return { status: answer.status };
  } catch (error) {
    return { status: 502, error: fetchFailure(error) };
  }
}

export interface TriggerOptions {
  readonly to: string;
  readonly taskId?: string;
  readonly externalTaskId?: string;
  readonly json?: boolean;
}

/** `klingkit trigger <state>`: sends a sample callback, signed with `KLINGKIT_CALLBACK_SECRET`. */
export async function trigger(state: string, options: TriggerOptions, io: Io): Promise<void> {
  const url = addressOf(options.to, "--to");
  const now = Date.now();
  const body = JSON.stringify(sampleBody(state, options, now));
  const headers: Record<string, string> = { "content-type": "application/json" };
  const secret = io.env.KLINGKIT_CALLBACK_SECRET;
  if (secret)
    Object.assign(
      headers,
      await signatureHeaders([keyOf(secret)], { id: `${now}-${state}`, timestamp: Math.floor(now / 1000), body }),
    );
  else notice(io, "unsigned: set KLINGKIT_CALLBACK_SECRET to sign it.");
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: "POST",
      headers,
      body,
      signal: AbortSignal.timeout(10_000),
      redirect: "manual",
    });
  } catch (error) {
    throw new InputError(
      `${url} does not answer (${fetchFailure(error)}).`,
      "Start your receiver, or: klingkit listen",
    );
  }
  await printResult(
    io,
    options.json,
    { url, status: answer.status, signed: secret !== undefined, body: JSON.parse(body) },
    [`${url} answered ${answer.status}${answer.status < 300 ? "" : `: ${(await answer.text()).slice(0, 300)}`}`],
  );
}

/** A callback's body, with the fields that the provider sends. */
function sampleBody(state: string, { taskId, externalTaskId }: TriggerOptions, now: number) {
  const address = `https://example.com/result.mp4?ksTime=${Math.floor(now / 1000 + 30 * 86_400).toString(16)}`;
  return {
    task_id: taskId ?? String(829_000_000_000_000_000n + BigInt(now)),
    task_status: state,
    task_status_msg: state === "failed" ? "Failure to pass the risk control system" : "",
    task_info: { external_task_id: externalTaskId ?? "" },
    created_at: now - 60_000,
    updated_at: now,
    ...(state === "succeed" ? { task_result: { videos: [{ id: "1", url: address, duration: "5.1" }] } } : {}),
  };
}

/** @throws InputError for a secret that is not base64 */
function keyOf(secret: string) {
  try {
    return webhookKey(secret);
  } catch {
    throw new InputError(
      "KLINGKIT_CALLBACK_SECRET is not whsec_ followed by base64.",
      "Give it exactly as the console shows it; for a trial make one: whsec_$(openssl rand -base64 24)",
    );
  }
}

function addressOf(text: string, flag: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InputError(
    `${flag} is "${text}", not an http address.`,
    "Give one such as http://localhost:3000/webhooks.",
  );
}
