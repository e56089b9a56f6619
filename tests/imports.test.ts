import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { requireBuilt } from "../scripts/freshness.mjs";

requireBuilt(["packages/core", "packages/mock-server"]);

const hooks = `
  import { writeSync } from "node:fs";
  export const load = (url, context, next) => (writeSync(1, url + "\\n"), next(url, context));
`;
const register = `
  import { register } from "node:module";
  register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}));
`;

/** The files that a new process loads for a package, Node's own modules left out. */
function modulesOf(name: string): string[] {
  const args = ["--import", `data:text/javascript,${encodeURIComponent(register)}`, "--input-type=module", "--eval"];
  const output = execFileSync(process.execPath, [...args, `await import("${name}")`], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  return output.split("\n").filter((line) => line.startsWith("file:"));
}

describe("importing the client", () => {
  const modules = modulesOf("@klingkit/core");

  it("loads three files: the entry, what all entries share, and one package besides klingkit's own", () => {
    const own = modules.filter((url) => url.includes("/packages/core/dist/"));
    const foreign = modules.filter((url) => url.includes("/node_modules/"));
    expect(own).toHaveLength(2);
    expect(foreign).toEqual([expect.stringMatching(/\/openapi-fetch\/dist\/index\.mjs$/)]);
    expect(modules).toHaveLength(3);
  });

  it("shares its classes between the entries", async () => {
    const { InputError } = await import("@klingkit/core");
    const { createCallbackHandler } = await import("@klingkit/core/callbacks");
    expect(() => createCallbackHandler({ onTask: () => {} })).toThrow(InputError);
  });
});

describe("importing the simulator's server", () => {
  const modules = modulesOf("@klingkit/mock-server/node");

  it("loads few files, no renderer, and no Express before a path needs it", () => {
    expect(modules.filter((url) => /render-worker|h264|sharp|express/.test(url))).toEqual([]);
    const counts = {
      own: modules.filter((url) => url.includes("/packages/mock-server/dist/")).length,
      spec: modules.filter((url) => url.includes("/spec/")).length,
    };
    expect(counts.own, modules.join("\n")).toBeLessThanOrEqual(12);
    expect(counts.spec, modules.join("\n")).toBeLessThanOrEqual(14);
    expect(modules.length - counts.own - counts.spec).toBeLessThanOrEqual(4);
  });

  it("shares its classes between the entries", async () => {
    const { MockProblem } = await import("@klingkit/mock-server");
    const { startMockServer } = await import("@klingkit/mock-server/node");
    await using server = await startMockServer({ port: 0, render: "none" });
    expect(() => server.mock.rules.add({ prefer: "no-such-word" })).toThrow(MockProblem);
  });
});
