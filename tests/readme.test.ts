import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { requireBuilt } from "../scripts/freshness.mjs";

const root = path.resolve(import.meta.dirname, "..");
const documents = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...readdirSync(path.join(root, "docs/decisions")).map((name) => `docs/decisions/${name}`),
];

describe("the README", () => {
  it("has an example that runs and does what it says", () => {
    requireBuilt(["packages/core", "packages/mock-server"]);
    const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(readFileSync(path.join(root, "README.md"), "utf8")) ?? [];
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module"], {
      cwd: import.meta.dirname,
      input: example,
      encoding: "utf8",
    });
    const lines = stdout.trim().split("\n");
    expect(lines.slice(0, 3), stderr).toEqual(["submitted", "processing", "succeed"]);
    expect(lines[3]).toMatch(/^video\.mp4: [1-9]\d+ bytes 1\.5 units$/);
    rmSync(path.join(import.meta.dirname, "video.mp4"));
  });
});

describe("documents", () => {
  it.each(documents)("%s points only to files that exist", (document) => {
    const text = readFileSync(path.join(root, document), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(([, link = ""]) => link);
    const missing = links.filter((link) => !existsSync(path.resolve(root, path.dirname(document), link)));
    expect(missing).toEqual([]);
  });

  it("name only paths that exist where they say where to change what", () => {
    const text = readFileSync(path.join(root, "ARCHITECTURE.md"), "utf8");
    const named = [...text.matchAll(/`((?:spec|packages|tests|scripts|docs)\/[\w./-]+)`/g)].map(
      ([, name = ""]) => name,
    );
    const missing = named.filter((name) => name !== "spec/generated/" && !existsSync(path.join(root, name)));
    expect(named.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });
});
