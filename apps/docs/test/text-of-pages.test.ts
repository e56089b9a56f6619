import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { builtFile } from "../../../scripts/freshness.mjs";
import { clientErrors } from "../src/reference/client-errors.js";
import { errorRows } from "../src/reference/errors.js";
import { priceRows } from "../src/reference/models.js";
import { callbackFaultRows, faultRows, magicKeyRows, scenarioRows } from "../src/reference/simulator.js";

const site = builtFile("apps/docs", "dist", "build:site");
const guides = readFileSync(path.join(site, "llms-full.txt"), "utf8");
const whole = guides + readFileSync(path.join(site, "llms-reference.txt"), "utf8");
const mostOfGuides = 60_000;

describe("the site as text", () => {
  it("has guides that fit into a prompt", () => {
    expect(guides.length).toBeGreaterThan(20_000);
    expect(guides.length).toBeLessThan(mostOfGuides);
  });

  it("has no tag of a component left", () => {
    const prose = whole.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, "").replaceAll(/`[^`\n]+`/g, "");
    expect(prose.length).toBeGreaterThan(100_000);
    expect(prose.match(/.*(?<!\\)<[/!A-Za-z].*/g)).toBeNull();
  });

  it("holds the tables of the reference", () => {
    const names = [...errorRows, ...scenarioRows, ...faultRows, ...callbackFaultRows, ...magicKeyRows].map(
      ({ name }) => name,
    );
    const cells = [...names, ...Object.keys(clientErrors)].map((name) => `\`${name}\``);
    expect(cells.filter((cell) => !whole.includes(cell))).toEqual([]);
    const prices = priceRows.map(
      ({ operation, units, usd }) => new RegExp(`\\| ${operation} \\|.*\\| ${usd} \\| ${units} \\|`),
    );
    expect(prices.filter((row) => !row.test(whole))).toEqual([]);
  });

  it("holds the code of every example", () => {
    const folder = path.resolve(import.meta.dirname, "../src/examples");
    const aids = ["outcomes.ts", "picture.ts"];
    const missing = readdirSync(folder)
      .filter((name) => !aids.includes(name))
      .filter((name) => !whole.includes(readFileSync(path.join(folder, name), "utf8").trim()));
    expect(missing).toEqual([]);
  });

  it("holds every page but the front page and the one for addresses without a page, and llms.txt names them", () => {
    const pages = readdirSync(site, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith("/index.html"))
      .map((file) => `/${file.replace(/index\.html$/, "")}`);
    const list = readFileSync(path.join(site, "llms.txt"), "utf8");
    expect(pages.length).toBeGreaterThan(60);
    const twin = (page: string) => page.replace(/\/$/, ".md");
    expect(pages.filter((page) => !list.includes(`](${twin(page)}): `))).toEqual([]);
    const links = [...(list + whole).matchAll(/\]\((\/[^)#\s]*)/g)].map(([, address = ""]) => address);
    expect([...new Set(links)].filter((address) => !existsSync(path.join(site, address)))).toEqual([]);
    expect(pages.filter((page) => !whole.includes(`\n\n${page}\n\n`))).toEqual([]);
  });
});
