import { readFile } from "node:fs/promises";
import type { Mock } from "../mock.js";
import { controlPrefix, type MockAnswer, type MockRequest, mockError } from "../wire/http.js";
import { builtFile } from "./built-file.js";

/** The studio's page and its parts lie here. */
const studioPrefix = `${controlPrefix}studio`;

const types: Readonly<Record<string, string>> = {
  "index.html": "text/html; charset=utf-8",
  "studio.js": "text/javascript; charset=utf-8",
  "studio.css": "text/css; charset=utf-8",
  "icon.svg": "image/svg+xml",
};

/** Nothing but the simulator itself may give the page anything, and nobody may frame it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const headers = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
};

export function isStudioPath(path: string): boolean {
  return path === studioPrefix || path.startsWith(`${studioPrefix}/`);
}

/** Serves the studio, under the same conditions as the control API. Its files are read when they are asked for. */
async function answerStudio(mock: Mock, request: MockRequest): Promise<MockAnswer> {
  const refused = mock.refuseControl(request);
  if (refused) return refused;
  if (request.method !== "GET" && request.method !== "HEAD")
    return { status: 405, headers: { allow: "GET, HEAD" }, body: "" };
  // With the slash, the page's parts and the control API are found beside it, wherever the simulator is mounted.
  if (request.path === studioPrefix) return { status: 308, headers: { location: "studio/" }, body: "" };
  const name = request.path.slice(studioPrefix.length + 1) || "index.html";
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type === undefined) return mockError(404, "unknown-file", `The studio has no file ${name}.`);
  const body = await readFile(builtFile(`studio/${name}`));
  return { status: 200, headers: { ...headers, "content-type": type }, body };
}

/** The studio as a host sees it. */
export function studioOf(mock: Mock): Pick<Mock, "handle"> {
  return { handle: (request) => answerStudio(mock, request) };
}
