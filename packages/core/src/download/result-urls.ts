import { InputError } from "../errors/index.js";
import { isSucceeded } from "../task/status.js";

/** What can be downloaded: an address, or a task that has succeeded. */
export type DownloadTarget = string | { readonly task_result?: unknown; readonly task_status?: string };

/** The addresses of all files that a task made, of whatever kind, in the answer's order. */
export function resultUrls({ task_result }: Exclude<DownloadTarget, string>): string[] {
  return Object.values(task_result ?? {}).flatMap((items) => (Array.isArray(items) ? items.flatMap(itemUrls) : []));
}

/** `url`, `url_1` to `url_3`, `trial_url`; of a sound in two formats the MP3 alone; never the watermarked twin. */
function itemUrls(item: unknown): string[] {
  const urls = Object.entries(item ?? {}).filter(
    ([name, value]) => /^(trial_)?url(_|$)/.test(name) && typeof value === "string" && value !== "",
  );
  const mp3 = urls.find(([name]) => name === "url_mp3");
  return (mp3 ? [mp3] : urls).map(([, url]) => String(url));
}

export function resultUrl(task: Exclude<DownloadTarget, string>, index: number): string {
  const url = resultUrls(task)[index];
  if (url !== undefined) return url;
  const { task_status = "unknown" } = task;
  throw new InputError(
    `The task has no result number ${index} to download (status: ${task_status}).`,
    isSucceeded(task_status) ? "Look into the task for what it made." : "Wait until it has succeeded, then download.",
  );
}
