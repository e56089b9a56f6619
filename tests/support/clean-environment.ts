import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { cleanEnvironment } from "../../scripts/clean-environment.mjs";

// Before each test file: what tests start inherits it.
const onlyLoopback = fileURLToPath(new URL("only-loopback.cjs", import.meta.url));
cleanEnvironment(process.env).NODE_OPTIONS = `--require ${JSON.stringify(onlyLoopback)}`;
createRequire(import.meta.url)(onlyLoopback);
