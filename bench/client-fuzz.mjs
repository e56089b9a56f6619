// Fifty thousand random sequences of answers: every call ends in a valid value or a typed error, nothing hangs, no
// rejection goes unhandled. The same test as in `npm test`, which makes five thousand.
import { runTests } from "./support/run-tests.mjs";

runTests("core", "fuzz.test.ts", { KLINGKIT_FUZZ_RUNS: "50000" });
