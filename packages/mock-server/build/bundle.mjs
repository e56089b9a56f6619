import path from "node:path";
import { bundleEntries, specInlined } from "../../../scripts/bundle.mjs";

const root = path.resolve(import.meta.dirname, "..");
const web = ["index", "browser/index", "msw/index", "vitest/index", "jest/index", "test-kit/index", "serve-options"];
const node = ["node/index", "express/index", "bin"];
// Which one is loaded, the importing side decides: `imports` in package.json.
const faker = ["faker/one-language", "faker/bundled"];

await bundleEntries(
  root,
  [...web, ...node, ...faker].map((name) => `src/${name}`),
  { external: ["#faker"], alias: specInlined(["image-header", "picture", "result-address", "slots", "web"]) },
);
