import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { downloadToFile } from "./download-kit.js";
import { answer, world } from "./helpers.js";

const address = "https://cdn.example.com/v.mp4";
const clip = "\0\0\0\x10ftypisom\0\0\0\0";
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "klingkit-partial-"));
});
afterEach(() => rm(folder, { recursive: true }));

const save = (name: string) => downloadToFile(world([answer(200, clip)]).client, address, path.join(folder, name));

/** A download that waits for its bytes, and the name of its partial file. */
async function waiting() {
  const before = await readdir(folder);
  const caller = new AbortController();
  const { client } = world(["no answer"]);
  const call = downloadToFile(client, address, path.join(folder, "v.mp4"), { signal: caller.signal });
  const ended = call.catch((error) => error);
  await vi.waitFor(async () => expect(await readdir(folder)).toHaveLength(before.length + 1));
  const name = (await readdir(folder)).find((file) => !before.includes(file)) ?? "";
  const end = async () => {
    caller.abort();
    expect(await ended).toHaveProperty("name", "AbortedError");
  };
  return { name, end };
}

describe("a partial file", () => {
  it("of a process that has ended is removed by the next download, and nothing that only looks like one, however old", async () => {
    const { name, end } = await waiting();
    await end();
    const gone = name.replace(`-${process.pid}.`, `-${spawnSync(process.execPath, ["--version"]).pid}.`);
    expect(gone).not.toBe(name);
    const others = [gone.slice(1), `${gone}.bak`, gone.replace(".part", ".txt"), gone.replace(/-\d+\./, ".")];
    for (const file of [gone, ...others]) await writeFile(path.join(folder, file), "");
    for (const file of others) await utimes(path.join(folder, file), new Date(0), new Date(0));
    await save("v.mp4");
    expect((await readdir(folder)).sort()).toEqual([...others, "v.mp4"].sort());
  });

  it("is removed when the process exits, and not looked for once no download runs", async () => {
    const before = process.listeners("exit");
    const { end } = await waiting();
    const added = process.listeners("exit").filter((listener) => !before.includes(listener));
    expect(added).toHaveLength(1);
    const other = await waiting();
    expect(process.listeners("exit")).toHaveLength(before.length + 1);
    await other.end();
    expect(process.listeners("exit")).toHaveLength(before.length + 1);
    for (const listener of added) listener(0);
    expect(await readdir(folder)).toEqual([]);
    await end();
    expect(process.listeners("exit")).toEqual(before);
  });
});

describe("a file's name", () => {
  it.each([
    ["with a character that no name may have", "a\0b.mp4", { message: expect.stringContaining("not allowed") }],
    ["that is too long", "n".repeat(300), { code: "file-not-writable" }],
  ])("%s is refused, and leaves nothing behind", async (_, name, error) => {
    await expect(save(name)).rejects.toMatchObject({ name: "InputError", ...error });
    expect(await readdir(folder)).toEqual([]);
  });
});
