import { readFileSync } from "node:fs";
import path from "node:path";
import { env } from "node:process";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// One subject's tests on the copy that has the mutants; `npm run test:mutants` says which.

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = "klingkit-source";
const conditions = [source, "module", "node", "development|production"];

/** The packages that have mutants are the copy's sources; of the others, what was built of them loads in far less time. */
const mutated = (env.KLINGKIT_MUTANTS_PACKAGES ?? "").split(" ");
const workspace = env.KLINGKIT_MUTANTS_WORKSPACE ?? root;

/** Without it a package would be a link in node_modules to the workspace, where nothing is mutated. */
const alias = ["spec", "packages/core", "packages/mock-server", "packages/batch"].flatMap((folder) => {
  const { name, exports } = JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
  return Object.entries(exports).map(([entry, target]) => ({
    find: new RegExp(`^${path.posix.join(name, entry)}$`),
    replacement: mutated.includes(folder)
      ? path.join(root, folder, typeof target === "string" ? target : (target[source] ?? target.default ?? ""))
      : path.join(workspace, folder, typeof target === "string" ? target : (target.default ?? "")),
  }));
});

const tests = (env.KLINGKIT_MUTANTS_TESTS ?? "").split(" ");

/** A mutant that is seen ends its run, so the order of the list counts. */
class AsListed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => tests.indexOf(path.relative(root, moduleId));
    return files.sort((one, other) => placeOf(one) - placeOf(other));
  }
}

export default defineConfig({
  resolve: { conditions, alias },
  ssr: { resolve: { conditions } },
  test: {
    root,
    include: tests,
    sequence: { sequencer: AsListed, setupFiles: "list" },
    env: { KLINGKIT_CACHE_DIR: "" },
    setupFiles: ["tests/mutants/fresh-modules.ts", "tests/support/clean-environment.ts"],
    testTimeout: 60_000,
    // A mutant's test files share its modules: to load them for each file took most of the time.
    isolate: false,
    server: { deps: { external: [/\/dist\//] } },
  },
});
