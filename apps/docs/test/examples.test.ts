import { describe, expect, it, vi } from "vitest";
import { outcomes } from "../src/examples/outcomes.js";

const modules = import.meta.glob<Record<string, unknown>>("../src/examples/*.ts");
const aids = ["outcomes", "picture"];

describe.concurrent("the live examples", () => {
  it.each(Object.entries(outcomes))("%s runs in Node and ends as it says: %s", async (name, outcome) => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    const run = modules[`../src/examples/${name}.ts`]?.();
    if (["video", "picture", "console"].includes(outcome)) await expect(run).resolves.toBeDefined();
    else await expect(run).rejects.toHaveProperty("code", outcome);
  });

  it("all have their outcome", () => {
    const names = Object.keys(modules).map((file) => file.replace(/^.*\/|\.ts$/g, ""));
    expect(names.filter((name) => !aids.includes(name)).sort()).toEqual(Object.keys(outcomes).sort());
  });
});
