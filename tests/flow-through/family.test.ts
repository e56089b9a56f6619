import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createScratch, type Scratch } from "./scratch.js";

let scratch: Scratch;
beforeAll(() => {
  scratch = createScratch();
  addFamily(scratch);
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

describe("a family added to the contract, and nowhere else", () => {
  it("builds", () => {
    const { ok, output } = scratch.build();
    expect(ok, output).toBe(true);
  });

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

  it("is typed, and offered by the command line", () => {
    const check = (body: string) => {
      scratch.write(
        "packages/cli/src/probe.ts",
        `import type { KlingClient } from "@klingkit/core";\nexport const submit = (kling: KlingClient) => kling.hologram.submit(${body});\n`,
      );
      return scratch.run("node_modules/typescript/bin/tsc", "-b", "packages/cli").ok;
    };
    expect(check('{ subject: "a heron", depth: 0.5 }')).toBe(true);
    expect(check("{ depth: 0.5 }")).toBe(false);
    expect(scratch.run("packages/cli/dist/bin.js", "submit", "hologram", "--help").output).toContain(
      "What floats in the air.",
    );
  });
});

describe("a generator broken on purpose", () => {
  it("does not get past the build", () => {
    scratch.edit("spec/generate/operations.js", (text) =>
      text.replace('["x-klingkit-operation"]', '["x-klingkit-opperation"]'),
    );
    expect(scratch.build().ok).toBe(false);
  });
});
