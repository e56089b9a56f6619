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
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  /** @type {Map<string, Job>} */
  const jobs = new Map(
    names.map((name) => [name.slice(0, -".json".length), JSON.parse(readFileSync(path.join(folder, name), "utf8"))]),
  );
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
    /** Failed jobs do not count. @param {string} user */
    spentBy(user) {
      const own = [...jobs.values()].filter((job) => job.user === user && job.status !== "failed");
      return own.reduce((sum, { usd }) => sum + usd, 0);
    },
  };
}
