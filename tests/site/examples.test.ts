import { readdirSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { outcomes } from "../../apps/docs/src/examples/outcomes.js";

const folder = new URL("../../apps/docs/src/examples/", import.meta.url);
/** Not examples themselves: what they import, and how they end. */
const helpers = ["outcomes.ts", "picture.ts"];
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts") && !helpers.includes(file))
  .map((file) => file.slice(0, -".ts".length));

beforeAll(() => {
  vi.spyOn(console, "log").mockImplementation(() => {});
});

describe("the site's examples in Node", () => {
  it("all say how they end", () => {
    expect(Object.keys(outcomes).sort()).toEqual(names.sort());
  });

  it.concurrent.each(Object.entries(outcomes))("%s ends with: %s", async (name, outcome) => {
    const ending = await import(new URL(`${name}.ts`, folder).href).then(
      () => "no error",
      (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
    );
    expect(ending).toBe(["video", "picture", "console"].includes(outcome) ? "no error" : outcome);
  });
});
