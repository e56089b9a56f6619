import { readFileSync } from "node:fs";

/** The example picture as base64. On the site the page hands over this one, or the reader's own. */
export const picture = readFileSync(new URL("../../../../examples/coffee.png", import.meta.url)).toString("base64");
