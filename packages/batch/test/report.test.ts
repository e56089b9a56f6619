import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { RowResult } from "../src/engine.js";
import { writeReport } from "../src/report/write-report.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "klingkit-report-"));
});
afterEach(() => rm(folder, { recursive: true }));

const result = (id: string, more: Partial<RowResult> = {}): RowResult => ({
  row: {
    id,
    family: "image2video",
    body: { prompt: "</script><script>alert(1)</script>" },
    digest: "d",
    units: 1,
    usd: 0.14,
  },
  state: "done",
  attempt: 1,
  files: [`${id}.mp4`],
  usd: 0.14,
  ...more,
});

it("a report links results that are stored elsewhere by their own address, and never a script", async () => {
  const files = ["https://bucket.example/a.mp4", "s3://bucket/a.mp4", "javascript:alert(1)", "a+2.png"];
  await writeReport(folder, { name: "shop", results: [result("a", { files })] });
  const page = await readFile(path.join(folder, "report.html"), "utf8");
  expect(page).toContain(`"places":${JSON.stringify(["https://bucket.example/a.mp4", "", "", "a%2B2.png"])}`);
});

it("a report holds every row, loads nothing from elsewhere, and lets no row's text run", async () => {
  const failed = { state: "failed", files: [], error: { code: "risk-control", message: "No." } } as const;
  await writeReport(folder, { name: "shop", results: [result("a"), result("b", failed)] });
  const page = await readFile(path.join(folder, "report.html"), "utf8");
  expect(page.match(/<\/script>/g)).toHaveLength(1);
  expect(page).not.toMatch(/(src|href)="?https?:/);
  for (const text of ['"id":"a"', '"id":"b"', "risk-control", "a.mp4"]) expect(page).toContain(text);
  expect(() => new Function(/<script>([\s\S]*)<\/script>/.exec(page)?.[1] ?? "throw 1")).not.toThrow();
});
