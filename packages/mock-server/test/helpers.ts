import { readFileSync } from "node:fs";
import { createMock, MockClock, type MockOptions } from "@klingkit/mock-server";
import { parseJson } from "@klingkit/spec";

/** A simulator whose clock stands still until a test pushes it. */
export function frozenMock(options: MockOptions = {}) {
  const clock = new MockClock(() => 1_795_000_000_000);
  return createMock({ clock, timing: { submittedMs: 1_000, processingMs: 9_000 }, ...options });
}

type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { data?: unknown };
};

/** Sends one request to an in-process simulator. */
export async function ask(
  fetch: typeof globalThis.fetch,
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`https://api.example.invalid${path}`, {
    method,
    redirect: "manual",
    headers: { authorization: "Bearer test-key", ...options.headers },
    ...(options.body === undefined
      ? {}
      : { body: typeof options.body === "string" ? options.body : JSON.stringify(options.body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function parse(text: string): Record<string, unknown> {
  try {
    return parseJson(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}

export const image2video = { cometapi: "/kling/v1/videos/image2video", kling: "/v1/videos/image2video" } as const;

/** A body that any dialect accepts. */
export const minimal = { model_name: "kling-v2-6", image: "https://example.com/picture.jpg" };

export const coffee = readFileSync(new URL("../../../examples/coffee.png", import.meta.url)).toString("base64");

/** The task in an answer. */
export function taskOf(answer: Answer): Record<string, unknown> & { task_id: string; task_status: string } {
  return answer.body.data as Record<string, unknown> & { task_id: string; task_status: string };
}
