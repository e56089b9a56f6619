/** The suite's text; a module that exports `runSuite`, or a script that leaves it in `klingkitSuite`. */
export function bundleSuite(format: "esm" | "iife"): Promise<string>;
