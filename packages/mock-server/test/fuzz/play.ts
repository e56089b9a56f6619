import type { Mock, MockAnswer } from "@klingkit/mock-server";
import { type FuzzedAnswer, problemWith } from "./judge.js";
import type { FuzzedRequest, RequestMaker } from "./requests.js";

/** Ids and addresses that are remembered. */
const mostSeen = 40;

/** Sends requests in process, and collects what is wrong with the answers. */
export async function playInProcess(mock: Mock, maker: RequestMaker, count: number): Promise<string[]> {
  const problems: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const request = maker.next();
    const problem = await answerTo(mock, request).then(
      (answer) => {
        remember(maker, answer);
        return problemWith(request, answer);
      },
      (error: unknown) => `throws ${error instanceof Error ? error.stack : error}`,
    );
    if (problem) problems.push(`${problem}\n  for ${describe(request)}`);
    // Now and then time passes, so that tasks end and results can be fetched.
    if (index % 50 === 49) mock.clock.advance(1_000);
  }
  return problems;
}

async function answerTo(mock: Mock, { method, address, headers, body }: FuzzedRequest): Promise<FuzzedAnswer> {
  const url = new URL(address, "http://127.0.0.1:4600");
  const request = {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
    origin: "http://127.0.0.1:4600",
  };
  const answer = await mock.handle(request);
  return { status: answer.status, headers: answer.headers, text: textOf(answer) };
}

function textOf({ body, pieces }: MockAnswer): string {
  if (pieces) return [...pieces].join("");
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}

/** Takes the ids and result addresses out of an answer. */
export function remember({ seen }: RequestMaker, { text }: FuzzedAnswer): void {
  if (!text.startsWith("{") || text.length > 100_000) return;
  for (const [, id, path] of text.matchAll(/"task_id":"(\d+)"|http:\/\/[^/"]+(\/bs2\/[^"]+)"/g)) {
    const found = id ?? path;
    if (found !== undefined && !seen.includes(found)) seen.push(found);
  }
  seen.splice(0, Math.max(0, seen.length - mostSeen));
}

export function describe({ method, address, headers, body = "" }: FuzzedRequest): string {
  const text = typeof body === "string" ? body : Buffer.from(body).toString("latin1");
  return `${method} ${address.slice(0, 200)} ${JSON.stringify(headers)} ${JSON.stringify(text.slice(0, 400))}`;
}
