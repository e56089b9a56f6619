import { InputError } from "@klingkit/core";
import type { ServeChoices } from "@klingkit/mock-server/node";
import { messageOf } from "@klingkit/spec/web";
import type { Io } from "../io.js";

/** `klingkit mock`: a simulator on a port until Ctrl-C. */
export async function mock(choices: ServeChoices, io: Io): Promise<void> {
  const { serve } = await import("@klingkit/mock-server/node");
  const server = await serve(choices, (line) => void io.stderr.write(`${line}\n`)).catch((error: unknown) => {
    throw new InputError(messageOf(error), "");
  });
  // Before it says that it is there: a reader of that line may end it at once.
  const interrupted = new Promise<void>((resolve) => {
    const release = io.onInterrupt(() => {
      release();
      resolve();
    });
  });
  io.stdout.write(`klingkit simulator (${server.mock.dialect}) at ${server.url}\n`);
  io.stderr.write(
    `Use it with --base-url ${server.url} or KLINGKIT_BASE_URL, watch it at ${server.url}/__mock/studio; Ctrl-C ends it.\n`,
  );
  await interrupted;
  await server.close();
}
