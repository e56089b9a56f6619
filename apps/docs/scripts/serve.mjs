// Serves dist/ on loopback, with byte ranges left to the browser: every file is small.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { createGzip } from "node:zlib";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".md": "text/markdown; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".png": "image/png",
  ".webp": "image/webp",
};
const compressible = /^(text|application\/(json|wasm)|image\/svg)/;

/**
 * @param {string} folder what is served
 * @param {number} port 0 for any free one
 * @param {(url: string) => void} [onRequest] told of every request
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export function serveSite(folder, port, onRequest = () => {}) {
  const server = createServer((request, response) => {
    onRequest(request.url ?? "/");
    const file = fileFor(folder, request.url ?? "/");
    const location = file ? undefined : withSlash(folder, request.url ?? "/");
    if (location) return void response.writeHead(301, { location }).end();
    const shown = file ?? path.join(folder, "404.html");
    const type = types[path.extname(shown)] ?? "application/octet-stream";
    const gzip = compressible.test(type) && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    const caching = shown.includes(`${path.sep}_astro${path.sep}`) ? "public, max-age=31536000, immutable" : "no-cache";
    response.writeHead(file ? 200 : 404, {
      "content-type": type,
      "cache-control": caching,
      "x-content-type-options": "nosniff",
      ...(gzip ? { "content-encoding": "gzip" } : {}),
    });
    const content = createReadStream(shown);
    content.on("error", () => response.destroy());
    if (gzip) content.pipe(createGzip()).pipe(response);
    else content.pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve({ url: `http://127.0.0.1:${server.address().port}`, close: () => void server.close() });
    });
  });
}

/** The file behind an address; undefined where there is none. */
function fileFor(folder, url) {
  try {
    const { pathname } = new URL(url, "http://site.invalid");
    const wanted = path.join(folder, decodeURIComponent(pathname));
    if (!wanted.startsWith(folder + path.sep)) return undefined;
    const file = pathname.endsWith("/") ? path.join(wanted, "index.html") : wanted;
    return statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

/** As static hosts do: where a page typed without its last slash lies; undefined where there is none. */
function withSlash(folder, url) {
  if (!URL.canParse(url, "http://site.invalid")) return undefined;
  const { pathname, search } = new URL(url, "http://site.invalid");
  return fileFor(folder, `${pathname}/`) && `${pathname}/${search}`;
}
