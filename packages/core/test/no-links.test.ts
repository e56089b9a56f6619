import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { downloadToFile } from "@klingkit/core/node";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { answer, world } from "./helpers.js";
import { folder, useStoreFolder } from "./store-folder-kit.js";

useStoreFolder();

const address = "https://cdn.example.com/v.mp4";
const content = "\0\0\0\x18ftypisom and so on";
const movie = answer(200, content, { "content-type": "video/mp4" });
const fault = (code: string, syscall: string) => Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });

describe("where a file system has no hard links", () => {
  let toFile: typeof downloadToFile;
  let canRename = true;

  beforeAll(async () => {
    vi.resetModules();
    vi.doMock("node:fs/promises", async (original) => {
      const whole = await original<typeof import("node:fs/promises")>();
      return {
        ...whole,
        link: async () => Promise.reject(fault("EPERM", "link")),
        rename: async (from: string, to: string) =>
          canRename ? whole.rename(from, to) : Promise.reject(fault("EIO", "rename")),
      };
    });
    ({ downloadToFile: toFile } = await import("@klingkit/core/node"));
  });
  afterAll(() => {
    vi.doUnmock("node:fs/promises");
    vi.resetModules();
  });

  it("a download takes its name whole, and leaves nothing under it when it can't: a copy could be cut off", async () => {
    const file = path.join(folder, "v.mp4");
    canRename = false;
    await expect(toFile(world([movie]).client, address, file)).rejects.toMatchObject({ code: "file-not-writable" });
    expect(await readdir(folder)).toEqual([]);
    canRename = true;
    await toFile(world([movie]).client, address, file);
    expect(await readFile(file, "latin1")).toBe(content);
    await expect(toFile(world([movie]).client, address, file)).rejects.toMatchObject({ code: "file-exists" });
    expect(await readdir(folder)).toEqual(["v.mp4"]);
  });
});
