import vm from "node:vm";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { requireBuilt } from "../../../scripts/freshness.mjs";

beforeAll(() => requireBuilt(["packages/mock-server"]));

/** What a browser has and the engine uses; nothing of Node's own. */
const webGlobals = {
  URL,
  URLSearchParams,
  TextDecoder,
  TextEncoder,
  Headers,
  Request,
  Response,
  AbortController,
  atob,
  structuredClone,
  setTimeout,
  clearTimeout,
};

describe("the engine in a browser bundle", () => {
  it("imports nothing of Node and answers where only the web's globals exist", async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: 'export { createMock } from "@klingkit/mock-server";', resolveDir: import.meta.dirname },
      bundle: true,
      format: "iife",
      globalName: "bundle",
      platform: "browser",
      metafile: true,
      write: false,
      logLevel: "silent",
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
    expect(imports.filter((path) => path.startsWith("node:"))).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((file) => /studio|preact|\/node\/|\/express\//.test(file))).toEqual([]);
    const answer = await vm.runInNewContext(
      `${outputFiles[0]?.text}; bundle.createMock().fetch("https://api.cometapi.com/__mock/health").then((answer) => answer.text())`,
      { ...webGlobals },
    );
    expect(JSON.parse(answer)).toMatchObject({ status: "ok", dialect: "cometapi" });
  });

  it("has MSW handlers and matchers that import nothing of Node either", async () => {
    const contents =
      'export { mockHandlers } from "@klingkit/mock-server/msw"; export { mockMatchers } from "@klingkit/mock-server/matchers";';
    const { metafile } = await build({
      stdin: { contents, resolveDir: import.meta.dirname },
      bundle: true,
      format: "esm",
      platform: "browser",
      external: ["msw"],
      metafile: true,
      write: false,
      logLevel: "silent",
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
    expect(imports).toEqual(["msw"]);
  });
});
