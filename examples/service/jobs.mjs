// Jobs as JSON files beside their pictures and videos: what a database would hold.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * `id` is the task's `external_task_id`, too; `usd` its price by Kling's list; `note` how it stands, or why it failed.
 * @typedef {{ id: string, user: string, prompt: string, usd: number, status: "open" | "ready" | "failed", note?: string }} Job
 */

/** @param {string} folder */
export function openJobs(folder) {
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  /** @type {Job[]} */
  const kept = files.map((name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")));
  const jobs = new Map(kept.map((job) => [job.id, job]));
  return {
    all: () => [...jobs.values()],
    get: (/** @type {string} */ id) => jobs.get(id),
    /** Whole or not at all: a crash leaves the file as it was. @param {Job} job */
    save(job) {
      jobs.set(job.id, job);
      const file = path.join(folder, `${job.id}.json`);
      writeFileSync(`${file}.new`, JSON.stringify(job));
      renameSync(`${file}.new`, file);
    },
    /** In dollars; failed jobs do not count. @param {string} user */
    spentBy: (user) =>
      [...jobs.values()].reduce((sum, job) => (job.user === user && job.status !== "failed" ? sum + job.usd : sum), 0),
  };
}
