/** The fields of a task that hold its result. */
export interface TaskWithResult {
  readonly task_status?: string | undefined;
  readonly task_result?: unknown;
}

/** The addresses of all files that a task made, of whatever kind, in the answer's order. */
export function resultUrls(task: TaskWithResult): string[] {
  return itemsOf(task).flatMap(itemUrls);
}

/** Whether a task that has succeeded has a result: a file's address, or the id of an element or a voice. */
export function hasResult(task: TaskWithResult): boolean {
  return resultUrls(task).length > 0 || itemsOf(task).some((item) => item.element_id || item.voice_id);
}

function itemsOf({ task_result }: TaskWithResult): Readonly<Record<string, unknown>>[] {
  const lists = Object.values(task_result ?? {}).filter((items) => Array.isArray(items));
  return lists.flat().map((item) => Object(item));
}

/** `url`, `url_1` to `url_3`, `trial_url`; of a sound in two formats the MP3 alone; never the watermarked twin. */
function itemUrls(item: Readonly<Record<string, unknown>>): string[] {
  const urls = Object.entries(item).filter(
    ([name, value]) => /^(trial_)?url(_|$)/.test(name) && typeof value === "string" && value !== "",
  );
  const mp3 = urls.find(([name]) => name === "url_mp3");
  return (mp3 ? [mp3] : urls).map(([, url]) => String(url));
}
