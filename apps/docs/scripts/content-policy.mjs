// Gives each built page its Content-Security-Policy: inline scripts are allowed by their hashes, nothing by trust.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { htmlFiles } from "./html-files.mjs";

const inlineScript = /<script(?![^>]*\bsrc=)([^>]*)>([\s\S]*?)<\/script>/g;

/** The policy of a page. Search and renderer compile WebAssembly; results are blobs; only the sandbox's frame may eval. */
const pagePolicy = (hashes) => [
  "default-src 'none'",
  `script-src ${["'self'", "'wasm-unsafe-eval'", ...hashes].join(" ")}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** The policy of the sandbox, which the worker with the edited code inherits: it may compute, and nothing else. */
const sandboxPolicy = (hashes) => [
  "default-src 'none'",
  `script-src ${["'unsafe-eval'", "blob:", ...hashes].join(" ")}`,
  "worker-src blob:",
];

export function addPolicies(folder) {
  for (const file of htmlFiles(folder)) {
    const html = readFileSync(file, "utf8");
    const policy = path.basename(file) === "sandbox.html" ? sandboxPolicy : pagePolicy;
    const content = policy(hashesOf(html)).join("; ");
    const meta = `<meta http-equiv="Content-Security-Policy" content="${content}">`;
    const changed = html.replace(/<meta charset="utf-8"\s*\/?>/i, (charset) => `${charset}${meta}`);
    if (changed === html) throw new Error(`${file} has no <meta charset>, after which its policy would stand.`);
    writeFileSync(file, changed);
  }
}

function hashesOf(html) {
  const hashes = [...html.matchAll(inlineScript)].flatMap(([, attributes, text]) =>
    /type="(application\/json|application\/ld\+json|speculationrules)"/.test(attributes) ? [] : [hash(text)],
  );
  return [...new Set(hashes)];
}

function hash(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
