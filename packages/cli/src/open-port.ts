import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "@klingkit/core";

export interface OpenPort {
  /** The one that was asked for, or the free one that was found for 0. */
  readonly port: number;
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
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
