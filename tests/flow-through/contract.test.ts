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
/** One build for all: it takes half a minute of processor time. */
beforeAll(() => {
  scratch = createScratch();
  scratch.edit("spec/components/image2video.yaml", (text) => text.replace("    callback_url:", field));
  addFamily(scratch);
  const { ok, output } = scratch.build();
  expect(ok, output).toBe(true);
});
afterAll(() => scratch.remove());

/** A made-up family: image2video's operations under another name and path, with a request of its own. */
function addFamily({ edit, write, read }: Scratch): void {
  const operations = read("spec/paths/image2video.yaml")
    .replaceAll("x-klingkit-operation: image2video", "x-klingkit-operation: hologram")
    .replaceAll(/(operationId: \w+?)Image2video/g, "$1Hologram")
    .replaceAll("components/image2video.yaml#/Image2videoRequest", "components/hologram.yaml#/HologramRequest")
    .replaceAll("tags: [image2video]", "tags: [hologram]")
    .replaceAll(/\n {10}examples:\n( {12}\w+: \{ \$ref: \.\.\/examples\/image2video\/request-[^\n]*\n)+/g, "\n");
  write("spec/paths/hologram.yaml", operations);
  write(
    "spec/components/hologram.yaml",
    `HologramRequest:
  type: object
  description: What hologram takes.
  required: [subject]
  properties:
    subject: { type: string, maxLength: 20, description: What floats in the air., x-evidence: { mark: none } }
    depth: { type: number, minimum: 0, maximum: 1, description: How deep it is., x-evidence: { mark: none } }
    external_task_id: { $ref: inputs.yaml#/ExternalTaskId }
`,
  );
  edit("spec/openapi.yaml", (text) =>
    text
      .replace(
        "paths:\n",
        "paths:\n  /kling/v1/videos/hologram:\n    $ref: paths/hologram.yaml#/tasks\n  /kling/v1/videos/hologram/{id}:\n    $ref: paths/hologram.yaml#/task\n",
      )
      .replace("tags:\n", "tags:\n  - name: hologram\n    description: Pictures in the air.\n"),
  );
}

describe("a field and a family added to the contract, and nowhere else", () => {
  it("are typed", () => {
    const lines = [
      'import type { FamilyTypes, KlingClient } from "@klingkit/core";',
      'type Body = FamilyTypes["image2video"]["request"];',
      'export const right: Body = { image: "a", film_grain: 3 };',
      'export const wrong: Body = { image: "a", film_grain: "much" };',
      'export const misspelt: Body = { image: "a", film_grane: 3 };',
      'export const submit = (kling: KlingClient) => kling.hologram.submit({ subject: "a heron", depth: 0.5 });',
      "export const without = (kling: KlingClient) => kling.hologram.submit({ depth: 0.5 });",
    ];
    scratch.write("packages/cli/src/probe.ts", lines.join("\n"));
    const { output } = scratch.run("node_modules/typescript/bin/tsc", "-b", "packages/cli");
    const faulty = [...output.matchAll(/probe\.ts\((\d+),/g)].map(([, line]) => Number(line));
    expect(faulty, output).toEqual([4, 5, 7]);
    expect(output).toContain("not assignable to type 'number'");
    expect(output).toContain("film_grane");
  });

  it("are offered by the command line, with limits and descriptions", () => {
    const help = (operation: string) =>
      scratch.run("packages/cli/dist/bin.js", "submit", operation, "--help", "--all").output.replaceAll(/\s+/g, " ");
    expect(help("image2video")).toContain("--film-grain <number> How much grain the film has. From 0 to 9.");
    expect(help("hologram")).toContain("What floats in the air.");
  });
});

describe("a family added", () => {
  it("runs from client to simulator, in both dialects, to a finished video", () => {
    const probe = `
      import { createKlingClient, download } from "@klingkit/core";
      import { createMock } from "@klingkit/mock-server";
      for (const dialect of ["cometapi", "kling"]) {
        const mock = createMock({ dialect });
        const kling = createKlingClient({ apiKey: "k", dialect, fetch: mock.fetch });
        const seen = [];
        const task = await kling.hologram.generate({ subject: "a heron" }, { onStatus: ({ task_status }) => { seen.push(task_status); mock.clock.advance(1000); } });
        const refused = await kling.hologram.submit({ subject: "x".repeat(21) }).catch((error) => error.code);
        const file = await (await download(kling, task)).blob();
        console.log(JSON.stringify({ seen, family: task.family, refused, type: file.type, charges: mock.ledger.charges.length }));
      }
    `;
    scratch.write("packages/cli/probe.mjs", probe);
    const { output } = scratch.run("packages/cli/probe.mjs");
    const lines = output.trim().split("\n");
    expect(lines, output).toHaveLength(2);
    for (const line of lines) {
      expect(JSON.parse(line)).toEqual({
        seen: ["submitted", "processing", "succeed"],
        family: "hologram",
        refused: "invalid-parameter",
        type: "video/mp4",
        charges: 1,
      });
    }
  });
});

describe("a field added", () => {
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

  it("is in the reference data", () => {
    expect(scratch.read("spec/generated/openapi.json")).toContain('"film_grain"');
    expect(scratch.read("spec/generated/fields.ts")).toContain('"film_grain"');
  });
});

describe("a generator broken on purpose", () => {
  it("is noticed: a field that it drops is missing from the help", () => {
    scratch.edit("spec/generate/fields.js", (text) =>
      text.replace("Object.entries(request.properties ?? {})", "Object.entries(request.properties ?? {}).slice(0, 3)"),
    );
    const { ok, output } = scratch.derive();
    expect(ok, output).toBe(true);
    expect(scratch.run("packages/cli/dist/bin.js", "submit", "image2video", "--help", "--all").output).not.toContain(
      "--film-grain",
    );
  });

  it("does not get past the build", () => {
    scratch.edit("spec/generate/operations.js", (text) =>
      text.replace('["x-klingkit-operation"]', '["x-klingkit-opperation"]'),
    );
    expect(scratch.build().ok).toBe(false);
  });
});
