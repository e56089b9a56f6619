// The pages of the reference that are made from what exists, for the sidebar.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);
const { tags } = JSON.parse(readFileSync(resolve("@klingkit/spec/openapi.json"), "utf8"));

/** A page for each group of the contract's operations. */
export const httpPages = tags.map(({ name }) => ({
  label: name,
  link: `/reference/http/${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}/`,
}));

/** A page for each entry of the client and of the simulator. */
export const apiPages = ["@klingkit/core", "@klingkit/mock-server"].flatMap((name) => {
  const { exports } = JSON.parse(readFileSync(resolve(`${name}/package.json`), "utf8"));
  const entries = Object.keys(exports).filter((key) => key !== "./package.json");
  return entries.map((key) => ({
    label: `${name.replace("@klingkit/", "")}${key.slice(1)}`,
    link: `/reference/api/${name.replace("@klingkit/", "")}${key.slice(1).replace("/", "-")}/`,
  }));
});
