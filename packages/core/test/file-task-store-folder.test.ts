import { existsSync, readdirSync } from "node:fs";
import { mkdir, open as openFile, readdir, rm, stat, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileTaskStore } from "@klingkit/core/node";
import { describe, expect, it, vi } from "vitest";
import { speaking } from "./helpers.js";
import { mountSmallDisk, skipWithoutSmallDisk, smallDiskNote } from "./small-disk.js";
import { folder, journal, useStoreFolder } from "./store-folder-kit.js";
import { record } from "./task-record-kit.js";

useStoreFolder();

describe("the folder of a task store", () => {
  it("is made once where several want it at once", async () => {
    const stores = Array.from({ length: 3 }, () => fileTaskStore(path.join(folder, "made", "together")));
    const claims = await Promise.all(stores.map((store) => store.claim(record("a"))));
    expect(claims.filter((earlier) => earlier === undefined)).toHaveLength(1);
  });

  it("keeps the name of its file as durable as what is in it", async () => {
    const probe = await openFile(path.join(folder, "probe"), "w");
    const sync = vi.spyOn(Object.getPrototypeOf(probe), "sync");
    await fileTaskStore(path.join(folder, "store")).claim(record("a"));
    expect(sync).toHaveBeenCalledTimes(2);
    sync.mockRestore();
    await probe.close();
  });

  it("makes many calls durable with few writes to the disk", async () => {
    const probe = await openFile(path.join(folder, "probe"), "w");
    const datasync = vi.spyOn(Object.getPrototypeOf(probe), "datasync");
    const store = fileTaskStore(path.join(folder, "store"));
    const claims = Array.from({ length: 1_000 }, (_, index) => store.claim(record(`id-${index}`)));
    expect((await Promise.all(claims)).every((earlier) => earlier === undefined)).toBe(true);
    expect(datasync.mock.calls.length).toBeGreaterThanOrEqual(1);
    expect(datasync.mock.calls.length).toBeLessThanOrEqual(2);
    datasync.mockRestore();
    await probe.close();
  });

  it.skipIf(skipWithoutSmallDisk)(`says that the disk is full, and loses nothing by it${smallDiskNote}`, async () => {
    const disk = mountSmallDisk(64);
    try {
      const store = fileTaskStore(path.join(disk.folder, "store"), { limit: 20 });
      const confirmed: string[] = [];
      const claimMany = async () => {
        for (let index = confirmed.length; index < 2_000; index += 1) {
          await store.claim(record(`id-${index}`));
          confirmed.push(`id-${index}`);
        }
      };
      await expect(claimMany()).rejects.toThrow(/^The disk is full; the task store in .* was not written\. Make room/);
      const kept = (await fileTaskStore(path.join(disk.folder, "store")).list()).map((one) => one.external_task_id);
      expect(kept).toEqual(expect.arrayContaining(confirmed));
      expect(confirmed.length).toBeGreaterThan(50);
    } finally {
      disk.release();
    }
  });

  it.runIf(existsSync("/proc/self/fd"))("leaves no file open, whatever becomes of a call", async () => {
    const open = () => readdirSync("/proc/self/fd").length;
    await fileTaskStore(folder).list();
    const before = open();
    for (let round = 0; round < 5; round += 1) {
      const store = fileTaskStore(folder, { limit: 1 });
      for (const id of ["a", "b", "c", "d"]) await store.update(record(id, "refused"));
    }
    const [name = ""] = await journal();
    await writeFile(path.join(folder, name), "not ours\n");
    for (let round = 0; round < 20; round += 1) await expect(fileTaskStore(folder).list()).rejects.toThrow();
    expect(open()).toBeLessThan(before + 5);
  });

  it("removes what crashes have left an hour ago, and nothing else that lies in its folder", async () => {
    const others = ["tasks.000009.jsonl.bak", "old-tasks.000009.jsonl", "notes.txt", "young.tmp", "tmp"];
    for (const name of [...others, "left.tmp"]) await writeFile(path.join(folder, name), "something else");
    const old = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    for (const name of [...others, "left.tmp"]) await utimes(path.join(folder, name), old(61), old(61));
    await utimes(path.join(folder, "young.tmp"), old(59), old(59));
    const store = fileTaskStore(folder, { limit: 1 });
    for (const id of ["a", "b", "c"]) await store.update(record(id, "refused"));
    await store.list();
    expect((await readdir(folder)).sort()).toEqual([...others, "tasks.000002.jsonl"].sort());
  });

  it("may hold what can't be removed: after its next file was made no call came through any more", async () => {
    await mkdir(path.join(folder, "theirs.tmp"));
    await utimes(path.join(folder, "theirs.tmp"), new Date(0), new Date(0));
    const store = fileTaskStore(folder, { limit: 1 });
    for (const id of ["a", "b", "c", "d"]) await store.update(record(id, "refused"));
    expect(await store.claim(record("e"))).toBeUndefined();
    expect(await journal()).not.toContain("tasks.000001.jsonl");
  });

  it.skipIf(process.platform === "win32")("is readable by its owner only", async () => {
    const store = fileTaskStore(folder, { limit: 1 });
    for (const state of ["refused", "refused", "refused"] as const) await store.update(record("a", state));
    for (const name of await journal()) expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
  });
});

describe("a task store that can't be used says so in one sentence", () => {
  /** What a call is refused with. */
  const refusal = async (call: Promise<unknown>): Promise<string> => {
    const error = speaking(await call.then(String, (thrown: unknown) => thrown));
    expect(error).toMatchObject({ name: "InputError", code: "task-store", retry: "after-fix" });
    return (error as Error).message;
  };
  const claimed = (within = folder) => refusal(fileTaskStore(within).claim(record("a")));

  it.runIf(existsSync("/proc/self"))("where its folder can't be made, at once (under /proc)", async () => {
    expect(await claimed("/proc/klingkit/tasks")).toMatch(/can't be used \(\w+\)/);
  });

  it("because a newer klingkit wrote it", async () => {
    await writeFile(path.join(folder, "tasks.000001.jsonl"), '{"klingkit":"task-store","version":3}\n');
    expect(await claimed()).toMatch(/^The task store in .* was written by a newer klingkit\. Use /);
  });

  it("because its path is empty, before anything is asked of it", () => {
    for (const empty of ["", "  ", undefined])
      expect(() => fileTaskStore(empty as string)).toThrow(/^The task store has no folder\. Give /);
  });

  it.each([Number.NaN, -1, "10" as unknown as number])(
    "because its limit is %j, before anything is written",
    (limit) => {
      expect(() => fileTaskStore(folder, { limit })).toThrow(/^limit is not a number from 0 up\. Give /);
    },
  );

  it("because its file is larger than any store gets", async () => {
    const file = path.join(folder, "tasks.000001.jsonl");
    await writeFile(file, "");
    await truncate(file, 2 ** 30 + 1);
    expect(await claimed()).toMatch(/is larger than 1 GiB, which no task store gets\./);
  });

  it.each(["", "{}\n", "not ours\n", '{"klingkit":"other"}\n'])("because %j is no task store", async (text) => {
    await writeFile(path.join(folder, "tasks.000001.jsonl"), text);
    expect(await claimed()).toMatch(/is not a task store of klingkit/);
  });

  it("because a file is in the way, and works again once that is gone", async () => {
    const place = path.join(folder, "place");
    await writeFile(place, "mine");
    const store = fileTaskStore(place);
    expect(await refusal(store.claim(record("a")))).toMatch(/can't be used \((ENOTDIR|EEXIST)\)/);
    expect(await refusal(store.list())).toMatch(/can't be used/);
    await rm(place);
    expect(await store.claim(record("a"))).toBeUndefined();
  });

  it.skipIf(process.platform === "win32")("because its file is a link to nowhere", async () => {
    await symlink(path.join(folder, "nowhere"), path.join(folder, "tasks.000001.jsonl"));
    expect(await claimed()).toMatch(/can't be used \(ENOENT\)/);
  });

  it("because its file was cut behind its back", async () => {
    const store = fileTaskStore(folder);
    await store.claim(record("a"));
    await truncate(path.join(folder, "tasks.000001.jsonl"), 0);
    expect(await refusal(store.claim(record("b")))).toMatch(/did not keep what was written/);
  });
});
