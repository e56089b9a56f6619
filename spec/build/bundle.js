import path from "node:path";
import { bundleEntries } from "../../scripts/bundle.mjs";

const generated = ["families", "catalogue", "media-fields"];
const written = [
  "index",
  "client",
  "image-header",
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
