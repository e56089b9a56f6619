import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createScratch, type Scratch } from "./scratch.js";

const field = `    film_grain:
      type: integer
      minimum: 0
      maximum: 9
      description: How much grain the film has.
      x-evidence: { mark: none }
    callback_url:`;

let scratch: Scratch;
beforeAll(() => {
  scratch = createScratch();
  scratch.edit("spec/components/image2video.yaml", (text) => text.replace("    callback_url:", field));
  const { ok, output } = scratch.build();
  expect(ok, output).toBe(true);
});
afterAll(() => scratch.remove());

describe("a field added to the contract, and nowhere else", () => {
  it("is in the request's type", () => {
    const check = (line: string) => {
      scratch.write(
        "packages/cli/src/probe.ts",
        `import type { FamilyTypes } from "@klingkit/core";\nexport const body: FamilyTypes["image2video"]["request"] = { image: "a", ${line} };\n`,
      );
      return scratch.run("node_modules/typescript/bin/tsc", "-b", "packages/cli");
    };
    expect(check("film_grain: 3").ok).toBe(true);
    expect(check('film_grain: "much"').output).toContain("not assignable to type 'number'");
    expect(check("film_grane: 3").output).toContain("film_grane");
  });

  it("is in the validator's verdict, in the client's pre-flight and in the simulator", () => {
    const probe = `
      import { createKlingClient } from "@klingkit/core";
      import { preflight } from "@klingkit/core/preflight";
      import { createMock } from "@klingkit/mock-server";
      const mock = createMock();
      const body = { image: "https://example.com/a.jpg", film_grain: 10 };
      const caught = async (client) => client.image2video.submit(body).then(() => "accepted", (error) => error.message);
      console.log(await caught(createKlingClient({ apiKey: "k", fetch: mock.fetch, preflight })));
      console.log(await caught(createKlingClient({ apiKey: "k", fetch: mock.fetch })));
      console.log(mock.ledger.charges.length);
    `;
    scratch.write("packages/cli/probe.mjs", probe);
    const { output } = scratch.run("packages/cli/probe.mjs");
    const [early, late, charges] = output.trim().split("\n");
    expect(early).toContain("Give film_grain at most 9");
    expect(late).toContain("film_grain value '10' is invalid");
    expect(charges).toBe("0");
  });

  it("is in the command line's help, with its limits and description", () => {
    const { output } = scratch.run("packages/cli/dist/bin.js", "submit", "image2video", "--help");
    expect(output.replaceAll(/\s+/g, " ")).toContain("--film-grain <number> How much grain the film has. From 0 to 9.");
  });

  it("is in the reference data", () => {
    expect(scratch.read("spec/generated/openapi.json")).toContain('"film_grain"');
    expect(scratch.read("spec/generated/fields.ts")).toContain('"film_grain"');
  });
});

describe("a generator broken on purpose", () => {
  it("is noticed: a field that it drops is missing from the help", () => {
    scratch.write("packages/cli/src/probe.ts", "export {};\n");
    scratch.edit("spec/generate/fields.js", (text) =>
      text.replace("Object.entries(request.properties ?? {})", "Object.entries(request.properties ?? {}).slice(0, 3)"),
    );
    const { ok, output } = scratch.build();
    expect(ok, output).toBe(true);
    expect(scratch.run("packages/cli/dist/bin.js", "submit", "image2video", "--help").output).not.toContain(
      "--film-grain",
    );
  });
});
