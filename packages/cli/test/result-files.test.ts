import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { contents, emptyFolder, klingkit, simulator } from "./helpers.js";

/** A task on a simulator whose tasks last a moment. */
async function submitted(...args: readonly string[]) {
  const { url } = await simulator();
  const at = ["--base-url", url];
  const { out, err } = await klingkit(["submit", ...args, ...at]);
  const handle = out.trimEnd();
  expect(handle, err).toMatch(/^\w+\/\d+$/);
  return { at, handle, id: handle.split("/")[1] ?? "" };
}

const pictures = ["image-generations", "--model-name", "kling-v2-1", "--prompt", "A boat", "--n", "3"];

describe("a result of several files", () => {
  it("lies in the folder named, every file with its number and extension", async () => {
    const { at, handle, id } = await submitted(...pictures);
    const cwd = await emptyFolder();
    const { code, out } = await klingkit(["wait", handle, "--out", "new/", ...at], { cwd });
    const names = ["", "-2", "-3"].map((suffix) => `imageGenerations-${id}${suffix}.png`);
    expect({ code, out }).toEqual({ code: 0, out: names.map((name) => `${path.join(cwd, "new", name)}\n`).join("") });
    expect(await contents(path.join(cwd, "new"))).toEqual(names.toSorted());
    for (const name of names)
      expect((await readFile(path.join(cwd, "new", name))).toString("latin1", 1, 4)).toBe("PNG");
  });

  it("is printed with all its files, the first once more", async () => {
    const { at, handle, id } = await submitted(...pictures);
    const cwd = await emptyFolder();
    await klingkit(["wait", handle, ...at]);
    const result = (await klingkit(["download", handle, "--json", ...at], { cwd })).json();
    const file = path.join(cwd, `imageGenerations-${id}.png`);
    expect(result).toMatchObject({
      task: { task_id: id },
      files: [file, expect.any(String), expect.any(String)],
      file,
    });
  });

  it("does not go into one file, and says so", async () => {
    const { at, handle } = await submitted(...pictures);
    const cwd = await emptyFolder();
    for (const command of ["wait", "download"]) {
      const { code, err } = await klingkit([command, handle, "--out", "one.png", ...at], { cwd });
      const says = `klingkit: ${handle} has 3 files, and --out names one. Name a folder: --out folder/\n`;
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(says) });
    }
    expect(await contents(cwd)).toEqual([]);
  });

  it("replaces none of the files that are there without --force", async () => {
    const { at, handle } = await submitted(...pictures);
    const cwd = await emptyFolder();
    await klingkit(["wait", handle, "--out", ".", ...at], { cwd });
    const { code, err } = await klingkit(["download", handle, ...at], { cwd });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("replace it with --force") });
    expect((await klingkit(["download", handle, "--force", ...at], { cwd })).code).toBe(0);
    expect(await contents(cwd)).toHaveLength(3);
  });
});

describe("a result of another kind", () => {
  it("is saved with the extension of what comes", async () => {
    const { at, handle, id } = await submitted("text-to-audio", "--prompt", "Rain", "--duration", "3");
    const cwd = await emptyFolder();
    const { out } = await klingkit(["wait", handle, "--out", ".", ...at], { cwd });
    expect(out).toBe(`${path.join(cwd, `textToAudio-${id}.mp3`)}\n`);
  });

  it("that is no file says where to look", async () => {
    const body = {
      element_name: "Boat",
      element_description: "A red boat",
      reference_type: "image_refer",
      element_image_list: {
        frontal_image: "https://example.com/a.jpg",
        refer_images: [{ image_url: "https://example.com/b.jpg" }],
      },
    };
    const { url } = await simulator();
    const at = ["--base-url", url];
    const made = await klingkit(["submit", "advanced-custom-elements", "--body", "-", ...at], {
      stdin: JSON.stringify(body),
    });
    const handle = made.out.trimEnd();
    const { code, err } = await klingkit(["wait", handle, "--out", ".", ...at], { cwd: await emptyFolder() });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("made no file to download. See what") });
  });
});
