import { resultUrls } from "@klingkit/core";
import type { ExchangeView } from "../live/protocol.js";
import { clip } from "./format.js";

/** Told of requests and answers. */
export interface Witness {
  exchange(exchange: ExchangeView): void;
  /** A task's result lies at this address of the simulator. */
  result(url: string, fetch: typeof globalThis.fetch): void;
}

type Fetch = typeof globalThis.fetch;

let count = 0;

/** The same `fetch`, with a witness. Properties on it, by which the client knows a simulator, stay. */
export function observeFetch(fetch: Fetch, witness: Witness): Fetch {
  const observed: Fetch = async (input, init) => {
    const seen = await describeRequest(input, init);
    witness.exchange(seen);
    try {
      const response = await fetch(input, init);
      // Not awaited: a body that drips in must not come later because it is watched.
      void readAnswer(response.clone()).then(({ answer, isWhole }) => {
        const outcome = isWhole ? response.status : `${response.status}, cut off`;
        witness.exchange({ ...seen, outcome, answer });
        for (const url of resultUrlsIn(answer)) witness.result(url, fetch);
      });
      return response;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      witness.exchange({ ...seen, outcome: cause, answer: "" });
      throw error;
    }
  };
  return Object.assign(observed, fetch);
}

async function describeRequest(input: RequestInfo | URL, init: RequestInit | undefined): Promise<ExchangeView> {
  const request = input instanceof Request ? input : undefined;
  const url = new URL(request ? request.url : String(input));
  const method = (init?.method ?? request?.method ?? "GET").toUpperCase();
  const body = typeof init?.body === "string" ? init.body : await request?.clone().text();
  count += 1;
  return {
    id: count,
    method,
    path: url.pathname + url.search,
    request: readable(body ?? ""),
    outcome: null,
    answer: "",
  };
}

/** What an answer says; of a file only its type and length. JSON that ends in the middle is not whole. */
async function readAnswer(response: Response): Promise<{ readonly answer: string; readonly isWhole: boolean }> {
  const type = response.headers.get("content-type") ?? "";
  if (!/json|text\/html/.test(type)) {
    const length = response.headers.get("content-length") ?? "?";
    return { answer: `(${type || "no type"}, ${length} bytes)`, isWhole: true };
  }
  const text = await response.text().catch(() => undefined);
  if (text === undefined) return { answer: "(cut off)", isWhole: false };
  return { answer: readable(text), isWhole: !type.includes("json") || isJson(text) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON with line breaks; pictures by their length. */
function readable(text: string): string {
  try {
    return clip(JSON.stringify(JSON.parse(text), shorten, 2));
  } catch {
    return clip(text);
  }
}

function shorten(_name: string, value: unknown): unknown {
  return typeof value === "string" && value.length > 400 ? `(base64, ${value.length} characters)` : value;
}

/** The addresses of the results in the answer of a finished task. */
function resultUrlsIn(answer: string): readonly string[] {
  try {
    return resultUrls((JSON.parse(answer) as { data: { task_result?: unknown } }).data);
  } catch {
    return [];
  }
}
