import { once } from "node:events";
import { fileTaskStore } from "@klingkit/core/node";
import { describe, expect, it } from "vitest";
import { runFromSources, type SourceProcess } from "../../../tests/support/source-process.js";
import { folder, journal, useStoreFolder } from "./store-folder-kit.js";
import { record } from "./task-record-kit.js";

useStoreFolder();

describe("a task store in a folder, with much to do", () => {
  it("keeps everything without a limit, and leaves out the history", async () => {
    const store = fileTaskStore(folder, { limit: Number.POSITIVE_INFINITY });
    const ids = Array.from({ length: 5_000 }, (_, index) => `id-${index}`);
    for (const state of ["unknown", "accepted", "ended", "ended", "ended"] as const)
      await Promise.all(ids.map((id) => store.update(record(id, state))));
    expect(await store.list()).toHaveLength(ids.length);
    expect(await journal()).toEqual(["tasks.000002.jsonl"]);
    expect(await fileTaskStore(folder).list()).toHaveLength(ids.length);
  });

  it("has every entry that two processes confirmed before they were killed", async () => {
    const children = await Promise.all(["x", "y"].map(runWriter));
    const confirmed = await Promise.all(children.map((child) => confirmedBy(child, 300)));
    const kept = new Set((await fileTaskStore(folder).list()).map(({ external_task_id }) => external_task_id));
    for (const id of confirmed.flat()) expect(kept).toContain(id);
    expect(confirmed.flat().length).toBeGreaterThanOrEqual(600);
  });
});

/** A process that claims one intention after the other and prints each once it is confirmed. */
function runWriter(prefix: string): Promise<SourceProcess> {
  const script = `
    import { fileTaskStore } from "@klingkit/core/node";
    const store = fileTaskStore(process.argv[2], { limit: 50 });
    const one = async (writer) => {
      for (let count = 0; ; count += 1) {
        const external_task_id = "${prefix}-" + writer + "-" + count;
        await store.claim({ ...${JSON.stringify(record(""))}, external_task_id });
        process.stdout.write(external_task_id + "\\n");
      }
    };
    await Promise.all([1, 2, 3, 4].map(one));`;
  return runFromSources(script, [folder]);
}

/** What the process has confirmed by the time it is killed, some time after `least` lines. */
async function confirmedBy(child: SourceProcess, least: number): Promise<string[]> {
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
    if (text.split("\n").length > least) child.kill("SIGKILL");
  });
  await once(child, "close");
  return text.split("\n").slice(0, -1);
}
