// Load over keep-alive connections: each sends its next request when the answer to the last is there. It reads no more
// of an answer than its length and status, so that one core is enough to keep a server on another one busy.
import net from "node:net";

/** The bytes of a request. */
export function requestBytes(method, path, { body, headers = {} } = {}) {
  const text = body === undefined ? "" : JSON.stringify(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    "authorization: Bearer bench-key",
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : ["content-type: application/json", `content-length: ${Buffer.byteLength(text)}`]),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${text}`;
}

/**
 * Asks for `seconds`. An answer that is not a 200 ends it with an error.
 * @param next gives the bytes of the next request
 * @returns requests a second, and the latencies' quantiles in milliseconds
 */
export async function load({ port, next, seconds = 3, connections = 64 }) {
  const latencies = [];
  const started = performance.now();
  const end = started + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, () => runConnection({ port, next, end, latencies })));
  const elapsed = (performance.now() - started) / 1000;
  const sorted = Float64Array.from(latencies).sort();
  const quantile = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { perSecond: sorted.length / elapsed, p50: quantile(0.5), p99: quantile(0.99), count: sorted.length };
}

function runConnection({ port, next, end, latencies }) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    let sentAt = 0;
    let received = "";
    const send = () => {
      sentAt = performance.now();
      received = "";
      socket.write(next());
    };
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("The server closed the connection.")));
    socket.on("data", (chunk) => {
      received = received === "" ? chunk.latin1Slice() : received + chunk.latin1Slice();
      if (!isWhole(received)) return;
      if (!received.startsWith("HTTP/1.1 200"))
        return reject(new Error(`Unexpected answer: ${received.slice(0, 400)}`));
      const now = performance.now();
      latencies.push(now - sentAt);
      if (now < end) return send();
      socket.removeAllListeners("close");
      socket.end();
      resolve();
    });
  });
}

function isWhole(answer) {
  const head = answer.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1];
  return length === undefined ? answer.endsWith("\r\n0\r\n\r\n") : answer.length >= head + 4 + Number(length);
}
