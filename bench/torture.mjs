// Ten thousand submits in each dialect, with a fault of any kind in three of ten requests: none paid twice, none lost.
// The same test as in `npm test`, which makes a thousand.
import { runTests } from "./support/run-tests.mjs";

runTests("tests", "torture.test.ts", { KLINGKIT_TORTURE_SUBMITS: "10000" });
