import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { requireBuilt } from "../scripts/freshness.mjs";
import { publishedPackages } from "../scripts/packages.mjs";
import { publicApis } from "./support/public-api.js";

const root = path.resolve(import.meta.dirname, "..");
const packages = publishedPackages();

/** The packages that the changesets on their way name. */
function announced(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const [, front = ""] = /^---\n([\s\S]*?)\n---/.exec(text) ?? [];
    return [...front.matchAll(/^"?(@[\w-]+\/[\w-]+)"?: *(?:major|minor|patch)$/gm)].map(([, name = ""]) => name);
  });
}

function changesets(): string[] {
  const folder = path.join(root, ".changeset");
  const names = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
  return names.map((name) => readFileSync(path.join(folder, name), "utf8"));
}

describe("the public API", () => {
  let apis: readonly string[];
  beforeAll(() => {
    requireBuilt(packages.map(({ folder }) => folder));
    apis = publicApis(packages.map(({ folder }) => path.join(root, folder)));
  });

  it.each(packages.map(({ name }, index) => ({ name, index })))(
    "of $name is the last release's, or a changeset announces that it has changed",
    async ({ name, index }) => {
      const kept = path.join(import.meta.dirname, "api", `${name.replace("@klingkit/", "")}.txt`);
      const api = apis[index];
      expect(api).toContain(`# ${name}`);
      if (existsSync(kept) && announced(changesets()).includes(name)) return;
      await expect(api, `Run "npx pnpm@10.34.8 exec changeset" and say what changes for users.`).toMatchFileSnapshot(
        kept,
      );
    },
  );
});

describe("a changeset", () => {
  it("announces the packages it names, and no others", () => {
    const text = '---\n"@klingkit/core": minor\n"@klingkit/cli": patch\n---\n\n"@klingkit/spec": minor\n';
    expect(announced([text])).toEqual(["@klingkit/core", "@klingkit/cli"]);
    expect(announced(["no front matter", ""])).toEqual([]);
  });
});
