import path from "node:path";
import { bundleAlone, bundleEntries, specInlined } from "../../../scripts/bundle.mjs";

const root = path.resolve(import.meta.dirname, "..");
// The contract's tables for clients, and what every runtime needs of the web, are part of the client; the rest of the
// contract stays where it is.
const alias = specInlined(["client", "result-address", "slots", "web"]);

const entries = ["index", "callbacks/index", "inputs/index", "pricing/index", "testing/index", "node/index"];
await bundleEntries(
  root,
  entries.map((name) => `src/${name}`),
  {
    alias,
    // Whatever the client reaches is reached by every entry, and so lies in the one chunk that they share.
    inject: ["src/index.ts"],
    ignoreAnnotations: true,
  },
);
// Shares nothing with the others.
await bundleAlone(root, ["src/preflight/index"], { alias });
