import { createHmac } from "node:crypto";
import type { AnyTask } from "@klingkit/core";
import {
  type CallbackHandlerOptions,
  type CallbackReport,
  callbackUrl,
  createCallbackHandler,
} from "@klingkit/core/callbacks";
import { expect } from "vitest";
import { speaking, taskId } from "./helpers.js";

export const key = "a-key-for-tests-0123456789";
export const webhookSecret = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=";
export const address = "https://app.example.com/hook?tenant=7";
export const about = { family: "image2video", external_task_id: "shot-042" };
export const now = 1_800_000_000_000;

/** A task's callback of the edition of 2024. */
export function callback(status: string, updated_at: number, more: Record<string, unknown> = {}) {
  return {
    task_id: taskId,
    task_status: status,
    task_status_msg: "",
    created_at: 1,
    updated_at,
    task_result: {},
    ...more,
  };
}

/** A callback as a request; `body` may be an object or the raw text. */
export function post(url: string, body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(url, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });
}

/** The headers Kling signs with. */
export function signed(body: string, options: { secret?: string; at?: number; id?: string } = {}) {
  const { secret = webhookSecret, at = now, id = "message-1" } = options;
  const timestamp = String(Math.floor(at / 1000));
  const bytes = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signature = createHmac("sha256", bytes).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

/** A handler whose reports are kept, and a way to wait for them. */
export function receiver(options: Partial<CallbackHandlerOptions> = {}) {
  const reports: { readonly task: AnyTask; readonly report: CallbackReport }[] = [];
  const errors: unknown[] = [];
  const work: Promise<unknown>[] = [];
  const handler = createCallbackHandler({
    clock: { now: () => now },
    onTask: (task, report) => {
      reports.push({ task, report });
    },
    onError: (error) => {
      errors.push(speaking(error));
    },
    ...options,
  });
  const receive = (request: Request) => handler(request, { waitUntil: (promise) => void work.push(promise) });
  const done = () => Promise.all(work);
  const statuses = () => reports.map(({ task }) => task.task_status);
  return { handler, receive, done, reports, errors, statuses };
}

/** An address with a genuine token. */
export function withToken(task = about): Promise<string> {
  return callbackUrl(address, { ...task, key });
}

/** The code of a refusal, which says why in a sentence. */
export async function refusalOf(response: Response): Promise<[number, string]> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.message).toMatch(/^\w.{10,}\.$/);
  expect(response.headers.has("allow")).toBe(response.status === 405);
  return [response.status, error.code];
}
