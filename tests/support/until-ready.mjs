/**
 * Waits until a database server says that it takes connections.
 * @param {import("node:child_process").ChildProcess} server
 * @param {import("node:stream").Readable} log the output that says so
 * @returns {Promise<void>} rejects with the log when the server ends before
 */
export function untilReady(server, log) {
  let text = "";
  return new Promise((resolve, reject) => {
    log.on("data", (part) => {
      text += part;
      if (/ready to accept connections/i.test(text)) resolve();
    });
    server.once("error", reject);
    server.once("close", () => reject(new Error(`The server ended: ${text}`)));
  });
}
