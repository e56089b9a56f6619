import { cleanEnvironment } from "../../scripts/clean-environment.mjs";

// Before each test file: what tests start inherits it.
cleanEnvironment(process.env);
