// How much of klingkit's own code one successful submit runs through: files, functions, and the lines of those functions.
// The method: bundle the client's sources (openapi-fetch left out), run one submit of a warm client under V8's precise
// coverage, and count the named and unnamed functions that were called, each with its whole range of source lines.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Session } from "node:inspector/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { judge, printTable } from "./support/report.mjs";

const root = path.resolve(import.meta.dirname, "..");
const folder = mkdtempSync(path.join(import.meta.dirname, "node_modules", ".submit-path-"));
try {
  const file = path.join(folder, "client.mjs");
  await build({
    entryPoints: [path.join(root, "packages/core/src/index.ts")],
    bundle: true,
    format: "esm",
    outfile: file,
    external: ["openapi-fetch"],
    conditions: ["klingkit-source"],
  });
  const { createKlingClient } = await import(pathToFileURL(file).href);
  const answer = { code: 0, message: "SUCCEED", data: { task_id: "1", task_status: "submitted", task_info: {} } };
  const fetch = async () => new Response(JSON.stringify(answer), { status: 200 });
  const kling = createKlingClient({ apiKey: "sk-test-key", fetch });
  const body = { model_name: "kling-v2-6", image: "https://example.com/a.png" };
  await kling.image2video.submit(body);
  const called = await calledFunctions(pathToFileURL(file).href, () => kling.image2video.submit(body));
  report(called, readFileSync(file, "utf8"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The functions that ran, as ranges of the script's text. */
async function calledFunctions(url, run) {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  await session.post("Profiler.takePreciseCoverage");
  await run();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  session.disconnect();
  const script = result.find((entry) => entry.url === url);
  // V8 has a function of its own for the fields of a class; nobody wrote or reads one.
  const written = script.functions.filter(({ functionName }) => functionName !== "<instance_members_initializer>");
  return written.filter(({ ranges: [range] }) => range.count > 0 && range.startOffset > 0);
}

/** @param text the bundle; its comments say which file each part comes from */
function report(called, text) {
  const files = new Map();
  for (const { functionName, ranges } of called) {
    const [{ startOffset, endOffset }] = ranges;
    const name = [...text.slice(0, startOffset).matchAll(/^\/\/ (\S+\.ts)$/gm)].at(-1)?.[1] ?? "?";
    const lines = text.slice(startOffset, endOffset).split("\n").length;
    files.set(name, [...(files.get(name) ?? []), { functionName, lines }]);
  }
  const rows = [...files].map(([name, functions]) => [
    name,
    functions.length,
    functions.reduce((sum, { lines }) => sum + lines, 0),
  ]);
  printTable([["file", "functions", "lines"], ...rows]);
  const count = called.length;
  const lines = rows.reduce((sum, [, , fileLines]) => sum + fileLines, 0);
  console.log(`${files.size} files, ${count} functions, ${lines} lines`);
  judge("files", files.size, { atMost: 20, digits: 0 });
  judge("functions", count, { atMost: 70, digits: 0 });
}
