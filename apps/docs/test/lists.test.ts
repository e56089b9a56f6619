import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createProgram } from "@klingkit/cli/program";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { builtFile } from "../../../scripts/freshness.mjs";
import { countUses } from "../src/reference/api-examples.js";
import { api } from "../src/reference/api-index.js";
import { clientErrors } from "../src/reference/client-errors.js";
import { commands, exitCodeRows, variableRows } from "../src/reference/commands.js";
import { errorRows } from "../src/reference/errors.js";
import { controlApi } from "../src/reference/simulator.js";

const root = path.resolve(import.meta.dirname, "../../..");
const site = builtFile("apps/docs", "dist", "build:site");

describe("what exists in the code is documented", () => {
  it("every error code that the client makes has its meaning, and no other has", () => {
    const names = new Set(errorRows.map(({ name }) => name));
    const made = sourcesOf("packages/core/src").flatMap(codesIn);
    // The 500 that the handler of callbacks answers is no error of the client's.
    const own = new Set(made.filter((code) => !names.has(code) && code !== "callback-handler"));
    expect(own.size).toBeGreaterThan(20);
    expect(Object.keys(clientErrors).sort()).toEqual([...own].sort());
  });

  it("every environment variable that is read is in the help", () => {
    const read = ["cli", "core", "mock-server"].flatMap((name) =>
      sourcesOf(`packages/${name}/src`).flatMap((file) =>
        [...file.text.matchAll(/\b(?:(?:KLINGKIT|COMETAPI|KLING)_[A-Z_]+|(?<=\benv\.)[A-Z][A-Z_]+)\b/g)].map(
          ([name]) => name,
        ),
      ),
    );
    expect(variableRows.map(({ name }) => name).sort()).toEqual([...new Set(read)].sort());
  });

  it("every exit code has a meaning", () => {
    expect(exitCodeRows.every(({ code, meaning }) => Number.isInteger(code) && meaning !== "")).toBe(true);
  });

  it("every command and option has its description", () => {
    const silent = commands.flatMap(({ name, description, options }) => [
      ...(description === "" ? [name] : []),
      ...options.filter((option) => option.description.trim() === "").map(({ flags }) => `${name} ${flags}`),
    ]);
    expect(commands.length).toBeGreaterThan(40);
    expect(silent).toEqual([]);
  });

  it("every function, error and option of client and simulator has its comment", () => {
    const silent = api.flatMap(({ specifier, items }) =>
      items.flatMap(({ name, kind, text, members }) => [
        ...((kind === "function" || kind === "class") && text === "" ? [`${specifier} ${name}`] : []),
        ...(name.endsWith("Options") ? members.filter((member) => member.text === "") : []).map(
          (member) => `${specifier} ${name}.${member.name}`,
        ),
      ]),
    );
    expect(silent).toEqual([]);
  });
});

describe("the built site", () => {
  it("names every command, option, exit code and variable", () => {
    const words = codesOn("reference/cli");
    const missing = commands.flatMap(({ name, options }) => [name, ...options.map(({ flags }) => flags)]);
    expect(missing.filter((word) => !words.has(word) && !textOf("reference/cli").includes(`>${word}<`))).toEqual([]);
    for (const { code } of exitCodeRows) expect(words).toContain(String(code));
    for (const { name } of variableRows) expect(words).toContain(name);
  });

  it("names every error code", () => {
    const words = codesOn("reference/errors");
    const all = [
      ...errorRows.flatMap(({ name, code }) => [name, ...(code === "" ? [] : [code])]),
      ...Object.keys(clientErrors),
    ];
    expect(all.filter((word) => !words.has(word))).toEqual([]);
  });

  it("has an address for every error code", () => {
    const ids = idsOn("reference/errors");
    const all = [...errorRows.flatMap(({ name, code }) => [name, code]), ...Object.keys(clientErrors)];
    const codes = all.filter((code) => !["", "*", "null"].includes(code));
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.filter((code) => !ids.includes(code))).toEqual([]);
    expect(ids.filter((id, place) => ids.indexOf(id) !== place)).toEqual([]);
  });

  it("shows an example of each of the twenty members that programs use most", () => {
    const used = api
      .flatMap(({ slug, specifier, items }) =>
        items.flatMap((item) => countUses(specifier, item).map((use) => ({ slug, item: item.name, ...use }))),
      )
      .sort((one, other) => other.uses - one.uses)
      .slice(0, 20);
    expect(used.at(-1)?.uses).toBeGreaterThan(0);
    const without = used.filter(({ slug, item, of }) => {
      const title = of === item ? "Example" : `Example of ${of}`;
      return !sectionOf(textOf(`reference/api/${slug}`), item).includes(`<summary>${title}</summary>`);
    });
    expect(without).toEqual([]);
  });

  it("links the types of members and of signatures, and says which options are required", () => {
    const page = textOf("reference/api/core");
    const options = sectionOf(page, "KlingClientOptions");
    expect(options).toMatch(/<code>apiKey<\/code>\s*<span class="needed">required/);
    expect(options).toMatch(/<a href="\/reference\/api\/core\/#TaskStore">TaskStore<\/a>/);
    expect(sectionOf(page, "createKlingClient")).toContain('<a href="/reference/api/core/#KlingClientOptions">');
  });

  it("names commands and operations of the control API in the tables of contents", () => {
    const contents = (page: string) => (/<starlight-toc[\s\S]*?<\/starlight-toc>/.exec(textOf(page)) ?? [""])[0];
    for (const name of ["generate", "mock", "batch run"])
      expect(contents("reference/cli")).toMatch(new RegExp(`>\\s*${name}\\s*<`));
    for (const group of controlApi.groups)
      for (const { method, path } of group.operations)
        expect(contents("reference/simulator")).toMatch(
          new RegExp(`>\\s*${method} ${path.replaceAll(/[{}]/g, "\\$&")}\\s*<`),
        );
  });

  it("leads from every mark of evidence to what it means", () => {
    const marks = textOf("reference/http/image2video").match(/<a class="mark"[^>]*>/g) ?? [];
    expect(marks.length).toBeGreaterThan(5);
    expect(new Set(marks)).toEqual(new Set(['<a class="mark" href="/evidence/#how-sure-the-facts-are">']));
    expect(idsOn("evidence")).toContain("how-sure-the-facts-are");
  });

  it.each(api)("describes what $specifier exports", ({ slug, items }) => {
    const words = codesOn(`reference/api/${slug}`);
    const text = textOf(`reference/api/${slug}`);
    expect(items.filter(({ name }) => !text.includes(`>${name}</h2>`)).map(({ name }) => name)).toEqual([]);
    const members = items.flatMap((item) => item.members.map(({ name }) => name));
    expect(members.filter((name) => !words.has(name))).toEqual([]);
  });

  it("shows every command that the program lists, and none that it hides", () => {
    const program = createProgram({ stdout: { write() {} }, stderr: { write() {} } } as never);
    const listed = program.createHelp().visibleCommands(program);
    expect([...new Set(commands.map(({ name }) => name.split(" ")[1]))]).toEqual(
      listed.map((command) => command.name()),
    );
  });
});

interface SourceFile {
  readonly name: string;
  readonly text: string;
}

function sourcesOf(folder: string): SourceFile[] {
  const whole = path.join(root, folder);
  return readdirSync(whole, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({ name, text: readFileSync(path.join(whole, name), "utf8") }));
}

/** Texts that stand for a `code`: of an object, as a default, or given to an InputError. */
function codesIn({ name, text }: SourceFile): string[] {
  const codes: string[] = [];
  const take = (node: ts.Node | undefined): void => {
    if (!node) return;
    if (ts.isStringLiteral(node)) codes.push(node.text);
    if (ts.isConditionalExpression(node)) for (const part of [node.whenTrue, node.whenFalse]) take(part);
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isPropertyAssignment(node) || ts.isParameter(node)) && node.name.getText() === "code")
      take(node.initializer);
    if (ts.isNewExpression(node) && node.expression.getText() === "InputError") take(node.arguments?.[2]);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true));
  return codes.filter((code) => /^[a-z]+(-[a-z]+)*$/.test(code));
}

function textOf(page: string): string {
  return readFileSync(path.join(site, page, "index.html"), "utf8");
}

/** What stands on a page as code. */
function codesOn(page: string): Set<string> {
  const found = [...textOf(page).matchAll(/<code[^>]*>([^<]*)<\/code>/g)].map(([, text = ""]) => text);
  return new Set(found.map(unescaped));
}

function idsOn(page: string): string[] {
  return [...textOf(page).matchAll(/\sid="([^"]+)"/g)].map(([, id = ""]) => id);
}

/** What a page says from a heading to the next one. */
function sectionOf(page: string, id: string): string {
  const start = page.indexOf(`id="${id}"`);
  return page.slice(start, page.indexOf("<h2 ", start));
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
