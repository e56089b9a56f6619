import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port of the loopback interface that nobody listens on, for programs that can't choose one themselves.
 * @returns {Promise<number>}
 */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}
