// The scorecard as Markdown: what each SDK did in all, then what it did with each fault.
import { markdownTable } from "../support/markdown.mjs";

const titles = {
  create: "The first create was accepted, and its answer spoilt: POSTs / charges, and what the caller was told",
  refusal: "The first create was refused inside HTTP 200",
  poll: "The second poll was spoilt",
};

/** What an SDK did in all rounds. */
export function summaryOf({ name, cells }) {
  const creates = cells.filter(({ kind }) => kind === "create");
  const polls = cells.filter(({ kind }) => kind === "poll");
  const refusals = cells.filter(({ kind }) => kind === "refusal");
  const sum = (rounds, field) => rounds.reduce((total, round) => total + Number(round[field]), 0);
  return {
    name,
    posts: sum(creates, "posts"),
    doubles: sum(creates, "doubles"),
    lost: sum(creates, "lost"),
    misled: sum(refusals, "misled"),
    limited: cells.find(({ kind }) => kind === "limit"),
    finished: sum(polls, "finished"),
    pollDoubles: sum(polls, "doubles"),
    counts: { creates: creates.length, polls: polls.length, refusals: refusals.length },
  };
}

/** @param {{ circumstances: object, subjects: readonly object[] }} scorecard */
export function markdownOf({ circumstances, subjects }) {
  const played = subjects.filter(({ cells }) => cells);
  const { date, node, klingkit } = circumstances;
  return [
    `Measured on ${date} with Node ${node} and klingkit ${klingkit}.`,
    summaryTable(played.map(summaryOf)),
    ...Object.keys(titles).map((kind) => `## ${titles[kind]}\n\n${kindTable(played, kind)}`),
    notRun(subjects.filter(({ problem }) => problem)),
    notesOf(subjects),
  ]
    .filter(Boolean)
    .join("\n\n");
}

function summaryTable(summaries) {
  const { creates, refusals, polls } = summaries[0].counts;
  const heading = [
    "SDK",
    `POSTs in ${creates} creates`,
    "paid twice",
    "lost",
    `taken for success, of ${refusals}`,
    "429",
    `polls survived, of ${polls}`,
    "paid twice for a poll",
  ];
  return markdownTable([heading, ...summaries.map(summaryRow)]);
}

function summaryRow({ name, posts, doubles, lost, misled, limited, finished, pollDoubles }) {
  return [name, posts, doubles, lost, misled, afterLimit(limited), finished, pollDoubles];
}

function afterLimit({ resentAfterMs, misled, charges }) {
  if (misled) return "**taken for success**";
  if (resentAfterMs === undefined) return "told";
  return `again, ${(resentAfterMs / 1_000).toFixed(1)} s${charges === 1 ? "" : ", in vain"}`;
}

/** One row an SDK, one column a fault. */
function kindTable(played, kind) {
  const names = played[0].cells.filter((cell) => cell.kind === kind).map(({ fault }) => fault);
  const rows = played.map(({ name, cells }) => [
    name,
    ...names.map((fault) => cellText(cells.find((cell) => cell.kind === kind && cell.fault === fault))),
  ]);
  return markdownTable([["SDK", ...names], ...rows]);
}

/** POSTs and charges of a create, then what its caller was told: the task, or the error's name. */
function cellText({ kind, posts, charges, doubles, lost, misled, finished, told }) {
  const verdicts = [doubles > 0 && "paid twice", lost && "lost", misled && "taken for success"].filter(Boolean);
  const verdict = verdicts.map((word) => `, **${word}**`).join("");
  const said = kind === "poll" && finished ? "goes on" : told.split(":")[0];
  if (misled) return verdict.slice(2);
  return `${kind === "create" ? `${posts}/${charges} ` : ""}${said}${verdict}`;
}

function notRun(missing) {
  if (missing.length === 0) return "";
  return `Not run: ${missing.map(({ name, packages, problem }) => `${name} (${packages.join(", ")}): ${problem}`).join("; ")}.`;
}

function notesOf(subjects) {
  const versions = subjects.filter(({ cells, packages }) => cells && packages.length > 0);
  const notes = subjects.filter(({ cells, note }) => cells && note);
  return [
    versions.length > 0 && `Versions: ${versions.flatMap(({ packages }) => packages).join(", ")}.`,
    ...notes.map(({ name, note }) => `${name}: ${note}`),
  ]
    .filter(Boolean)
    .join("\n\n");
}
