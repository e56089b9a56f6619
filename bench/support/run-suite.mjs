import { fork } from "node:child_process";
import path from "node:path";

const bench = path.resolve(import.meta.dirname, "..");

/**
 * Runs one script in a process of its own and collects what it says.
 * @param {(typeof import("../suites.mjs").suites)[number]} suite
 * @param {boolean} isQuick
 * @returns {Promise<{ script: string, title: string, seconds: number, tables: object[], judged: object[], output?: string,
 * problem?: string }>} `output`: what it printed, where it has no table; `problem`: why it did not end well
 */
export function runSuite({ script, title, args = [], quick = args, limitMs }, isQuick) {
  const given = isQuick ? [...quick, "--quick"] : args;
  const started = performance.now();
  const child = fork(path.join(bench, `${script}.mjs`), given, {
    cwd: bench,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const result = { script, title, seconds: 0, tables: [], judged: [] };
  let output = "";
  let errors = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  child.stderr.on("data", (text) => {
    errors = (errors + text).slice(-4_000);
  });
  child.on("message", ({ table, judged }) => {
    if (table) result.tables.push(table);
    if (judged) result.judged.push(judged);
  });
  return new Promise((resolve) => {
    const limit = setTimeout(() => child.kill(), limitMs);
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      result.seconds = Math.round((performance.now() - started) / 1_000);
      if (result.tables.length + result.judged.length === 0) result.output = output.trim();
      const hasMissed = result.judged.some(({ verdict }) => verdict === "MISSED");
      if (code !== 0 && !hasMissed) result.problem = problemOf({ signal, errors, limitMs });
      resolve(result);
    });
  });
}

function problemOf({ signal, errors, limitMs }) {
  if (signal) return `it was ended after ${limitMs / 1_000} s`;
  const lines = errors.trim().split("\n");
  return lines.find((line) => /^\w*(Error|FAIL)/.test(line)) ?? lines.at(-1) ?? "it failed";
}
