import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtFile, requireBuilt } from "../scripts/freshness.mjs";
import { installBlocks, packAll, publishedPackages } from "../scripts/packages.mjs";
import { pnpmCommand } from "../scripts/pnpm.mjs";
import { withNetwork } from "./support/network.js";
import { runAside } from "./support/run-aside.js";

const root = path.resolve(import.meta.dirname, "..");
const [pnpm, pnpmFirst] = pnpmCommand();
const pnpmName = [pnpm, ...pnpmFirst].join(" ");
const yarn4 = "npx --yes @yarnpkg/cli-dist@4.12.0";
/** What stands for each manager's command, and what runs a program or a command with what it has installed. */
const managers = [
  { manager: "npm", command: "npm", run: "node", klingkit: "npx --no -- klingkit" },
  { manager: "pnpm 10 and newer", command: pnpmName, run: "node", klingkit: `${pnpmName} exec klingkit` },
  { manager: "yarn 1", command: "npx --yes yarn@1.22.22", run: "node", klingkit: "npx --no -- klingkit" },
  // It installs no folder of modules: Node finds them through yarn.
  { manager: "yarn 4", command: yarn4, run: `${yarn4} node`, klingkit: `${yarn4} klingkit` },
] as const;
/** Nothing but the packages, from a registry: no scripts, no look at what is newer, no reports. */
const quick = {
  ...withNetwork,
  npm_config_prefer_offline: "true",
  npm_config_ignore_scripts: "true",
  npm_config_audit: "false",
  npm_config_fund: "false",
  YARN_ENABLE_SCRIPTS: "false",
  YARN_ENABLE_TELEMETRY: "false",
};

/** A program finds only packages that it depends on itself. */
const batchImport = 'import { planBatch } from "@klingkit/batch";\nconsole.log(typeof planBatch);\n';

let temporary: string;
let example: string;

beforeAll(async () => {
  requireBuilt(publishedPackages().map(({ folder }) => folder));
  temporary = await mkdtemp(path.join(os.tmpdir(), "klingkit-managers-"));
  await packAll(path.join(temporary, "vendor"), { ...process.env, ...withNetwork });
  const readme = await readFile(path.join(root, "README.md"), "utf8");
  example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
});

afterAll(() => rm(temporary, { recursive: true, force: true }));

describe("in an empty folder, with the block that npm run pack prints", () => {
  // They wait for a registry more than they work.
  it.concurrent.each(managers)(
    "$manager installs what the README's first code, a batch of one's own and the command line need",
    async ({ manager, command, run, klingkit }) => {
      const project = await emptyProject(manager);
      const block = installBlocks("../vendor").find((each) => each.manager === manager);
      if (block?.file) await writeFile(path.join(project, block.file), block.lines ?? "");
      for (const line of block?.commands ?? [])
        await runAside(line.replace(/^(pnpm|yarn) /, `${command} `), project, quick);
      await writeFile(path.join(project, "video.mjs"), example);
      await writeFile(path.join(project, "batch.mjs"), batchImport);
      const { stdout } = await runAside(`${run} video.mjs`, project, quick);
      expect(stdout.trim().split("\n")).toEqual(expect.arrayContaining(["submitted", "succeed"]));
      expect((await runAside(`${run} batch.mjs`, project, quick)).stdout).toBe("function\n");
      expect((await runAside(`${klingkit} errors 1303`, project, quick)).stdout).toContain("concurrency-limit");
    },
  );
});

describe("without the development dependencies, as in production", () => {
  it("the README's first code asks for the key, and with one generates through the real address", async () => {
    const project = path.join(temporary, "npm");
    await runAside("npm prune --omit=dev", project, quick);
    const production = { NODE_ENV: "production" };
    await expect(runAside("node video.mjs", project, production)).rejects.toThrow(/The API key is missing/);

    const simulator = pathToFileURL(builtFile("packages/mock-server", "dist/index.js"));
    const instead = providerAt(simulator);
    await writeFile(path.join(temporary, "no-network.mjs"), instead);
    const live = runAside("node --import ../no-network.mjs video.mjs", project, {
      ...production,
      COMETAPI_KEY: "sk-test",
    });
    expect((await live).stdout).toContain("succeed");
  });
});

/** A module that puts the simulator in the provider's place, results at an address that the client takes for a public one. */
function providerAt(simulator: URL): string {
  return `
    import { createMock } from "${simulator}";
    const mock = createMock();
    const [own, seen] = ["https://mock.klingkit.invalid", "https://results.example.com"];
    globalThis.fetch = async (url, init) => {
      const answer = await mock.fetch(String(url).replace(seen, own), init);
      if (!answer.headers.get("content-type")?.includes("json")) return answer;
      return new Response((await answer.text()).replaceAll(own, seen), answer);
    };`;
}

/** A folder below which nothing else is installed, and whose neighbour holds the tarballs. */
async function emptyProject(manager: string): Promise<string> {
  const project = path.join(temporary, manager.replaceAll(" ", "-"));
  await mkdir(project);
  await writeFile(path.join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  // Yarn 4 would take the folder for a part of a project further up; an empty file says that it is one.
  if (manager === "yarn 4") await writeFile(path.join(project, "yarn.lock"), "");
  return project;
}
