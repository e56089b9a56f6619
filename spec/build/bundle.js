import path from "node:path";
import { bundleEntries } from "../../scripts/bundle.mjs";

const generated = ["families", "catalogue"];
const written = [
  "index",
  "client",
  "image-header",
  "media-fields",
  "picture",
  "pricing",
  "result-address",
  "slots",
  "rules/index",
  "web/index",
];

await bundleEntries(
  path.resolve(import.meta.dirname, ".."),
  [...generated.map((name) => `generated/${name}`), ...written.map((name) => `src/${name}`)],
  { outbase: "." },
);
