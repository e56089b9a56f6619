// A run as Markdown: circumstances, targets, then each suite's tables.
import { markdownTable } from "./markdown.mjs";
import { figuresOf } from "./report.mjs";

/** @param {{ circumstances: object, isQuick: boolean, suites: readonly object[] }} run */
export function markdownOf({ circumstances: { date, node, machine, klingkit }, isQuick, suites }) {
  const quick = isQuick ? " A quick run: few rounds, so that only large differences mean anything." : "";
  return [
    "# Measurements",
    `klingkit ${klingkit}, Node ${node}, ${machine}, ${date}. Medians; "from" and "to" are the extremes of the rounds; a ratio is the median of the rounds' ratios.${quick}`,
    targets(suites),
    ...suites.map(suiteText),
  ].join("\n\n");
}

function targets(suites) {
  const rows = suites.flatMap(({ judged }) =>
    judged.map(({ what, value, target, verdict, reason = "" }) => [
      what,
      value ?? "",
      target,
      verdict === "ok" ? "met" : verdict === "MISSED" ? "**missed**" : verdict,
      verdict === "MISSED" ? reason : "",
    ]),
  );
  if (rows.length === 0) return "";
  return `## Targets\n\n${markdownTable([["what", "measured", "target", "", "reason"], ...rows])}`;
}

function suiteText({ script, title, seconds, tables, judged, output, problem }) {
  return [
    `## ${title}`,
    `\`npm run bench -- ${script}\`, ${seconds} s.`,
    ...tables.map(tableText),
    tables.length === 0 && judged.length > 0 && "Its figures stand among the targets.",
    output && `\`\`\`text\n${output}\n\`\`\``,
    problem && `Not run to its end: ${problem}.`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

function tableText({ title, unit, baseline, rows }) {
  const heading = [`${title}, ${unit}`, "median", "from", "to", `of ${baseline}`];
  const measured = rows.filter(({ problem }) => !problem).map(({ name, ...row }) => [name, ...figuresOf(row)]);
  const missing = rows.filter(({ problem }) => problem).map(({ name, problem }) => `${name} was not run: ${problem}.`);
  return [markdownTable([heading, ...measured]), ...missing].join("\n\n");
}
