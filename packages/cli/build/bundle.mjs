import path from "node:path";
import { bundleEntries, specInlined } from "../../../scripts/bundle.mjs";

const root = path.resolve(import.meta.dirname, "..");

// `run` and `shells` are for prepare.mjs, which is built next. Each command is imported when it is asked for, and stays a
// chunk of its own.
await bundleEntries(
  root,
  ["bin", "program", "run", "shells"].map((name) => `src/${name}`),
  { platform: "node", alias: specInlined(["slots", "web"]) },
);
