import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BatchEvent, type BatchOptions, type BatchRow, type EngineSettings, readManifest } from "@klingkit/batch";
import { createKlingClient, type Dialect } from "@klingkit/core";
import { createMock, type MockOptions } from "@klingkit/mock-server";

export interface World extends Awaited<ReturnType<typeof createWorld>> {}

/** A simulator with quick tasks, a client for engines, and a folder for what they make. */
export async function createWorld(dialect: Dialect, more: MockOptions & { readonly apiKey?: string } = {}) {
  const { apiKey = "k", ...options } = more;
  const mock = createMock({ dialect, timing: { submittedMs: 20, processingMs: 100 }, ...options });
  const folder = await mkdtemp(path.join(tmpdir(), "klingkit-batch-"));
  const events: BatchEvent[] = [];
  const client = (settings: EngineSettings) =>
    createKlingClient({
      apiKey,
      dialect,
      fetch: mock.fetch,
      settleMs: 100,
      retry: { attempts: 6, firstDelayMs: 5, maxDelayMs: 20 },
      ...settings,
    });
  const settings = {
    name: `shop-${Math.random().toString(36).slice(2)}`,
    client,
    cap: 10,
    assumeAbsent: true,
    onEvent: (event) => void events.push(event),
  } satisfies Partial<BatchOptions>;
  return {
    mock,
    folder,
    events,
    settings,
    charges: () => mock.ledger.charges.map(({ externalTaskId }) => externalTaskId),
    posts: () => mock.requests.list().filter(({ method }) => method === "POST").length,
    rows: (count: number, fields: Record<string, unknown> = {}) => rowsOf(folder, count, fields),
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 10 }),
  };
}

/** Rows as a manifest gives them: `product-0`, `product-1`, … */
async function rowsOf(
  folder: string,
  count: number,
  fields: Record<string, unknown> = {},
): Promise<readonly BatchRow[]> {
  const file = path.join(folder, "jobs.jsonl");
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      id: `product-${index}`,
      image: `https://cdn.example.com/${index}.png`,
      model_name: "kling-v2-6",
      ...fields,
    }),
  );
  await writeFile(file, lines.join("\n"));
  const { rows, problems } = await readManifest(file);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return rows;
}

/** Looks again and again until it is so; a test that waits in vain is ended by its time limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
