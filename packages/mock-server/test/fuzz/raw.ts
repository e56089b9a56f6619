import { connect } from "node:net";
import { type FuzzedAnswer, problemWith } from "./judge.js";
import { describe, remember } from "./play.js";
import type { FuzzedRequest, RequestMaker } from "./requests.js";

/** What no HTTP library would send. */
const malformed = [
  "GET / HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n",
  "GET // HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
  "GET ///__mock/health HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
  "GET /__mock/health HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n",
  "GET http://[::1/kling/v1/videos/image2video/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  "GET http://evil.example/__mock/state HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
  "GET /kling/v1/videos/image2video/%00%ff HTTP/1.1\r\nHost: 127.0.0.1:99999999\r\nConnection: close\r\n\r\n",
  "OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
  "GET /kling/v1/videos/image2video HTTP/1.0\r\n\r\n",
  "POST /kling/v1/videos/image2video HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  "POST /kling/v1/videos/image2video HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  "POST /kling/v1/videos/image2video HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
  `GET /kling/v1/videos/image2video/1 HTTP/1.1\r\nHost: a\r\nX-Large: ${"a".repeat(20_000)}\r\n\r\n`,
  "\r\n\r\n\u0000\u0001\u0002\r\n\r\n",
  "\u0016\u0003\u0001\u0002\u0000\u0001",
  "GET /kling/v1/videos/../../__mock/../__mock/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
];

/** Sends requests as bytes over sockets of their own, and collects what is wrong with the answers. */
export async function playRaw(port: number, maker: RequestMaker, count: number): Promise<string[]> {
  const problems: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const request = maker.next();
    // The simulator may say nothing only where the bytes were no request.
    const isRequest = index % 5 !== 0;
    const bytes = isRequest ? asBytes(request) : Buffer.from(malformed[(index / 5) % malformed.length] ?? "", "latin1");
    const answer = await exchange(port, bytes, isRequest);
    if (answer) remember(maker, answer);
    const problem = answer ? problemWith(isRequest ? request : { ...request, asked: false }, answer) : "no answer";
    if (isRequest && problem) problems.push(`${problem}\n  for ${describe(request)}`);
    if (!isRequest && answer && answer.status >= 500)
      problems.push(
        `status ${answer.status}: ${answer.text.slice(0, 300)}\n  for ${JSON.stringify(bytes.toString("latin1").slice(0, 200))}`,
      );
  }
  return problems;
}

function asBytes({ method, address, headers, body = "" }: FuzzedRequest): Buffer {
  const content = typeof body === "string" ? Buffer.from(body) : Buffer.from(body);
  const lines = Object.entries({
    host: "127.0.0.1",
    ...headers,
    connection: "close",
    "content-length": content.length,
  });
  const head = [`${method} ${address} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), content]);
}

/** Undefined where the server closes without a word, or cuts the connection. @param whole whether it is a whole request */
function exchange(port: number, bytes: Buffer, whole: boolean): Promise<FuzzedAnswer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1");
    // Half a request needs an end, or the server waits for the rest. After a whole one it would be a caller who has gone:
    // Node answers no such caller unless the answer is there at once.
    if (whole) socket.write(bytes);
    else socket.end(bytes);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve(parse(Buffer.concat(chunks).toString("latin1"))));
  });
}

function parse(text: string): FuzzedAnswer | undefined {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, Math.max(0, end)).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
  if (!status) return undefined;
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const sent = text.slice(end + 4);
  const body = headers["transfer-encoding"] === "chunked" ? joinChunks(sent) : sent;
  return { status, headers, text: Buffer.from(body, "latin1").toString() };
}

/** A body sent in chunks, each after its size in hexadecimal digits; of one that was cut, what has come. */
function joinChunks(sent: string): string {
  const parts: string[] = [];
  for (let at = 0; ; ) {
    const start = sent.indexOf("\r\n", at) + 2;
    const size = Number.parseInt(sent.slice(at, start), 16);
    if (start < 2 || !(size > 0)) return parts.join("");
    parts.push(sent.slice(start, start + size));
    at = start + size + 2;
  }
}
