/**
 * What is mutated, and which tests have to see it: only those that matter, so that a mutant costs little. Tests of whole
 * programs, browsers and packed files are not among them.
 * @typedef {object} Subject
 * @property {number} least the lowest score of each file, in percent; mutants of `equivalent.json` do not count
 * @property {readonly string[]} files
 * @property {readonly string[]} tests in the order they are run, so the quickest first
 * @property {boolean} [isBuiltOnce] whether modules build tables when a test first needs them: the lines that build run in
 *   that test alone, so each break is shown to all tests and not only to those that ran its line; default false
 */

const core = (names) => names.split(" ").map((name) => `packages/core/test/${name}.test.ts`);
const mock = (names) => names.split(" ").map((name) => `packages/mock-server/test/${name}.test.ts`);
const engine = "packages/mock-server/src/engine";

/** @type {Readonly<Record<string, Subject>>} */
export const subjects = {
  outcome: {
    least: 95,
    files: ["outcome", "find"].map((name) => `packages/core/src/submit/${name}.ts`),
    tests: core("outcome look-up recovery join resume watch"),
  },
  submit: {
    least: 95,
    files: ["submit", "join"].map((name) => `packages/core/src/submit/${name}.ts`),
    tests: core("submit join together recovery retry authentication calls intentions intention-records guards"),
  },
  intentions: {
    least: 95,
    files: ["submit/intentions", "task-store/store-access", "task-store/task-records"].map(
      (name) => `packages/core/src/${name}.ts`,
    ),
    tests: core("intentions intention-records join merge-record memory-task-store recovery"),
  },
  "file-store": {
    least: 95,
    files: ["packages/core/src/node/task-store/*.ts"],
    tests: core("task-store-lines task-store-suite file-task-store-folder file-task-store"),
  },
  limiter: {
    least: 95,
    files: ["packages/core/src/limiter/*.ts"],
    tests: core("limiter guards"),
  },
  ledger: {
    least: 95,
    files: ["ledger", "duplicates"].map((name) => `${engine}/${name}.ts`),
    tests: mock("charging ledger accounts state listing test-kit faults-of-state looking-on long-snapshots"),
  },
  wait: {
    least: 80,
    files: ["packages/core/src/tasks/*.ts"],
    tests: core(
      "handle resume wait-statuses wait-callbacks task-ends calls budget guards abort-listeners retry download-media wait believed-answers recovery intentions body-shapes",
    ),
  },
  watch: {
    least: 80,
    files: ["packages/core/src/watch/*.ts"],
    tests: core("schedule task-ends watch"),
  },
  callbacks: {
    least: 80,
    files: ["packages/core/src/callbacks/*.ts"],
    tests: [
      ...core(
        "callbacks callbacks-address callbacks-body callbacks-signature callbacks-node callbacks-burst wait-callbacks abort-listeners callbacks-order",
      ),
      "tests/callbacks.test.ts",
    ],
  },
  download: {
    least: 80,
    files: ["packages/core/src/download/*.ts", "packages/core/src/node/{download-to-file,partial-file,leftovers}.ts"],
    tests: core(
      "download download-address download-answers download-to-file partial-files no-links observers abort-listeners download-media download-resume download-versions",
    ),
  },
  engine: {
    least: 80,
    files: [`${engine}/*.ts`, `!${engine}/{ledger,duplicates}.ts`],
    tests: [
      ...mock(
        "callback-address pictures scenarios logged-bodies accounts callbacks callbacks-scheduler charging clock deletion faults-of-state image2video late-failures ledger listing many-readers odd-ends parallel-workers progress signing-in test-kit token callbacks-delivery lifecycle results steering virtual-time request-log looking-on families result-addresses result-items callback-reasons fake-timers slots parent-video documented-answers",
      ),
      "tests/callback-timers.test.ts",
    ],
  },
  rules: {
    least: 80,
    isBuiltOnce: true,
    files: ["spec/src/rules/*.ts"],
    tests:
      "edges counts placeholders lenient words frames images names omni required sounds switches videos warnings data matrix properties"
        .split(" ")
        .map((name) => `spec/test/rules-${name}.test.ts`),
  },
};
