import { badAnswer, type Method } from "./classify.js";
import type { RawAnswer } from "./interpret.js";

/**
 * Reads an answer to its end.
 * @throws ResponseFormatError for one that is larger than `maxBytes` when unpacked
 */
export async function readAnswer(response: Response, method: Method, maxBytes: number): Promise<RawAnswer> {
  const { status, headers, type } = response;
  const redirect = type === "opaqueredirect" || (status >= 300 && status < 400);
  const text = await readText(response, maxBytes);
  if (text !== undefined) return { status, headers, text, redirect };
  const remedy = "Check the base URL; where answers may be so large, raise maxAnswerBytes.";
  // Asking again brings the same; after a create the task is looked for.
  const verdict = method === "GET" ? ({ retry: "after-fix", remedy } as const) : {};
  throw badAnswer(`The answer (HTTP ${status}) is larger than ${maxBytes} bytes.`, method, { status, ...verdict });
}

/** The text; undefined where it is too large. */
async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  // Some runtimes have no streams.
  if (!response.body) return response.text();
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > maxBytes) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
