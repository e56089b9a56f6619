import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { download } from "@klingkit/core";
import { downloadToFile, fileTaskStore } from "@klingkit/core/node";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { answer, quiet, world } from "./helpers.js";
import { folder, journal, useStoreFolder } from "./store-folder-kit.js";
import { record } from "./task-record-kit.js";

useStoreFolder();

const address = "https://cdn.example.com/v.mp4";
const movie = answer(200, "\0\0\0\x18ftypisom and so on", { "content-type": "video/mp4" });
const fault = new Error("the screen is broken");
const rejecting = () => Promise.reject(fault);

/** What nobody has handled while the test runs; in a program it would end the process. */
function unhandledRejections(): unknown[] {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", note);
  onTestFinished(() => void process.off("unhandledRejection", note));
  return unhandled;
}

describe("an asynchronous observer that rejects", () => {
  it("of a download ends it with its error: nobody handled the rejection, which ended the process", async () => {
    const unhandled = unhandledRejections();
    const { client } = world([movie]);
    const { blob } = await download(client, address, { onProgress: rejecting });
    await expect(blob()).rejects.toBe(fault);
    await quiet();
    expect(unhandled).toEqual([]);
  });

  it("of a store's damage is ignored: nobody handled the rejection, which ended the process", async () => {
    const unhandled = unhandledRejections();
    await fileTaskStore(folder).claim(record("own"));
    const [name = ""] = await journal();
    const file = path.join(folder, name);
    await writeFile(file, (await readFile(file, "utf8")).replace("own", "OWN"));
    let told = 0;
    const onDamage = () => {
      told += 1;
      return rejecting();
    };
    expect(await fileTaskStore(folder, { onDamage }).list()).toEqual([]);
    await quiet();
    expect([told, unhandled]).toEqual([1, []]);
  });
});

describe("an observer of a download into a file", () => {
  it("that throws is not told to download again because the connection was cut off", async () => {
    const { client } = world([movie]);
    const onProgress = () => {
      throw fault;
    };
    await expect(downloadToFile(client, address, path.join(folder, "v.mp4"), { onProgress })).rejects.toBe(fault);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a signal that ends the process", () => {
  it("ends it while two copies of klingkit download: each left it to the other", async () => {
    const begin = async (name: string) => {
      vi.resetModules();
      const copy: typeof import("@klingkit/core/node") = await import("@klingkit/core/node");
      const { client } = world(["no answer"]);
      const life = new AbortController();
      const call = copy.downloadToFile(client, address, path.join(folder, name), { signal: life.signal });
      call.catch(() => {});
      return { call, life };
    };
    const downloads = [await begin("a.mp4"), await begin("b.mp4")];
    await vi.waitFor(async () => expect(await readdir(folder)).toHaveLength(2));
    const kill = vi.spyOn(process, "kill").mockReturnValue(true);
    onTestFinished(() => kill.mockRestore());
    process.emit("SIGHUP", "SIGHUP");
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, "SIGHUP");
    expect(process.listenerCount("SIGHUP")).toBe(0);
    for (const { call, life } of downloads) {
      life.abort();
      await expect(call).rejects.toThrow();
    }
  });
});
