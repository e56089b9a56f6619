import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

it("the client exports these names and no others", () => {
  const text = readFileSync(path.join(import.meta.dirname, "../src/index.ts"), "utf8");
  const names = [...text.matchAll(/\{([^}]*)\}/g)].flatMap(([, list = ""]) => list.split(","));
  const sorted = names.map((name) => name.replace("type ", "").trim()).filter(Boolean);
  expect(sorted.sort()).toMatchSnapshot();
});
