/**
 * What somebody's shell, terminal or continuous integration may have set, and what would change what a program prints or
 * does: colours, switches of Node, of klingkit and of npm's scripts, keys.
 */
const unwanted = [
  /^(FORCE_COLOR|NO_COLOR|CLICOLOR|CLICOLOR_FORCE|COLORTERM|TERM|COLUMNS|LINES)$/,
  /^(CI|CONTINUOUS_INTEGRATION|BUILD_NUMBER|RUN_ID|GITHUB_ACTIONS|GITLAB_CI|TF_BUILD)$/,
  /^(NODE_OPTIONS|NODE_ENV|NODE_PATH|NODE_DEBUG|NODE_TEST_CONTEXT|DEBUG|INIT_CWD)$/,
  /^npm_(package|lifecycle)_/,
  /^(COMETAPI|KLING)_/,
  /^KLINGKIT_/,
];

/** Switches of the tests themselves, which are meant. */
const ours = /^KLINGKIT_(REQUIRE_TOOLS|CACHE_DIR|SITE_SWEEP|FUZZ_RUNS|KILLS|TORTURE_SUBMITS)$/;

/**
 * Takes out of an environment what the caller's surroundings put there, so that what a test or check starts behaves
 * alike everywhere.
 * @template {Record<string, string | undefined>} Environment
 * @param {Environment} env changed in place
 * @returns {Environment} the same object
 */
export function cleanEnvironment(env) {
  for (const name of Object.keys(env)) {
    if (!ours.test(name) && unwanted.some((pattern) => pattern.test(name))) delete env[name];
  }
  return env;
}
