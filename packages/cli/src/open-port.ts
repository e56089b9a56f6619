import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "@klingkit/core";
import { originOf } from "@klingkit/spec/web";

export interface OpenPort {
  /** Where this machine reaches it: `http://127.0.0.1:9464`, with the free port that was found for 0. */
  readonly origin: string;
  /** Ends what is open, too. */
  close(): void;
}

/**
 * Serves requests on a port.
 * @param option the option that names the port, for the error
 * @throws InputError where the port is taken, or can't be listened on
 */
export async function openPort(
  listener: RequestListener,
  {
    port,
    host = "127.0.0.1",
    option = "--port",
  }: { readonly port: number; readonly host?: string; readonly option?: string },
): Promise<OpenPort> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const what = error.code === "EADDRINUSE" ? `Port ${port} is in use.` : `Can't listen: ${error.message}.`;
      reject(new InputError(what, `Choose another ${option}.`));
    });
    server.listen(port, host, resolve);
  });
  return {
    origin: originOf(server.address() as AddressInfo),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
