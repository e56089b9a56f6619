import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type BuildOptions, build } from "esbuild";
import { requireBuilt } from "../../scripts/freshness.mjs";

/** A page on this machine, and its end. */
export interface BundledPage {
  readonly url: string;
  close(): void;
}

/**
 * Serves a page with the built packages in which a module's exports are `klingkit`.
 * @param contents the module; its imports are found from here
 * @param files what the page may ask for besides, by path
 */
export async function serveBundledPage(
  contents: string,
  files: Readonly<Record<string, Uint8Array>>,
  options: Pick<BuildOptions, "alias"> = {},
): Promise<BundledPage> {
  requireBuilt(["packages/core", "packages/mock-server"]);
  const { outputFiles } = await build({
    ...options,
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    format: "iife",
    globalName: "klingkit",
    write: false,
    logLevel: "silent",
  });
  const served: Readonly<Record<string, Uint8Array | undefined>> = {
    ...files,
    "/klingkit.js": outputFiles[0]?.contents,
  };
  const server = createServer(({ url = "/" }, response) => {
    response.setHeader("content-type", url.endsWith(".js") ? "text/javascript" : "text/html");
    response.end(served[url] ?? '<!doctype html><title>klingkit</title><script src="/klingkit.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}
