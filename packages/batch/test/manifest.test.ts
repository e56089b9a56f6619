import { mkdir, mkdtemp, readFile, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeProblem, type ManifestOptions, readManifest } from "@klingkit/batch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const coffee = path.resolve(import.meta.dirname, "../../../examples/coffee.png");
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "klingkit-manifest-"));
  await writeFile(path.join(folder, "cup.png"), await readFile(coffee));
});
afterEach(() => rm(folder, { recursive: true }));

const read = async (name: string, content: string | Buffer, options?: ManifestOptions) => {
  await writeFile(path.join(folder, name), content);
  return readManifest(path.join(folder, name), options);
};
const told = async (name: string, content: string | Buffer) =>
  (await read(name, content)).problems.map(describeProblem);

describe("a manifest", () => {
  it("of CSV holds wire names, texts with commas and lines, and types by the contract", async () => {
    const csv =
      '\uFEFFid,image,prompt,cfg_scale,watermark_info\r\na,https://cdn.example.com/a.png,"one, two\nthree",0.5,"{""enabled"":true}"\r\n\r\nb,cup.png,,,\r\n';
    const { rows, problems } = await read("jobs.csv", csv, { defaults: { model_name: "kling-v2-6", duration: "5" } });
    expect(problems).toEqual([]);
    expect(rows[0]).toMatchObject({
      id: "a",
      line: 3,
      body: {
        prompt: "one, two\nthree",
        cfg_scale: 0.5,
        watermark_info: { enabled: true },
        model_name: "kling-v2-6",
      },
    });
    expect(rows[1]).toMatchObject({ id: "b", picture: "cup.png", body: { image: { name: "cup.png" } } });
  });

  it("of CSV has a row for each line, also where the header ends its line in another way than the rows do", async () => {
    const csv = "prompt\r\na boat\na cup\ra lamp\r\n";
    const { rows, problems } = await read("jobs.csv", csv, { family: "text2video" });
    expect(problems).toEqual([]);
    expect(rows.map(({ line, body }) => [line, body.prompt])).toEqual([
      [2, "a boat"],
      [3, "a cup"],
      [4, "a lamp"],
    ]);
  });

  it("of JSONL may mix families, and its fields win over defaults", async () => {
    const lines = [
      { id: 1, image: "https://cdn.example.com/a.png", model_name: "kling-v3" },
      { id: 2, family: "text2video", prompt: "a cup", model_name: "kling-v2-6" },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    const { rows, problems } = await read("jobs.jsonl", text, {
      defaults: { model_name: "kling-v2-6", image_tail: "" },
    });
    expect(problems).toEqual([]);
    expect(rows.map(({ id, family, body }) => [id, family, body.model_name])).toEqual([
      ["1", "image2video", "kling-v3"],
      ["2", "text2video", "kling-v2-6"],
    ]);
  });

  it("can be a folder of pictures, with their names in the prompt", async () => {
    await mkdir(path.join(folder, "inner.png"));
    await writeFile(path.join(folder, "notes.txt"), "");
    const { rows, problems } = await readManifest(folder, {
      defaults: { model_name: "kling-v2-6", prompt: "{name}, slow pan" },
    });
    expect(problems).toEqual([]);
    expect(rows).toMatchObject([{ id: "cup", body: { prompt: "cup, slow pan", image: { name: "cup.png" } } }]);
  });

  it("gives a row its id column, else its file's name, else its digest with a count among equals", async () => {
    const image = "https://cdn.example.com/a.png";
    const lines = [{ id: "own", image }, { image: "cup.png" }, { image }, { image }].map((line) =>
      JSON.stringify({ model_name: "kling-v2-6", ...line }),
    );
    const { rows } = await read("jobs.jsonl", lines.join("\n"));
    const digest = rows[2]?.digest.slice(0, 12);
    expect(rows.map(({ id }) => id)).toEqual(["own", "cup", digest, `${digest}-2`]);
  });

  it("has the same digest whatever the order of fields and the signature of an address, and another for another picture", async () => {
    const one = { id: "a", model_name: "kling-v2-6", image: "https://cdn.example.com/a.png?X-Amz-Signature=1" };
    const other = {
      image: "https://cdn.example.com/a.png?X-Amz-Signature=2",
      callback_url: "https://example.com",
      id: "b",
      model_name: "kling-v2-6",
    };
    const { rows } = await read("jobs.jsonl", [one, other].map((line) => JSON.stringify(line)).join("\n"));
    expect(rows[0]?.digest).toBe(rows[1]?.digest);
    const file = { id: "a", model_name: "kling-v2-6", image: "cup.png" };
    const before = (await read("jobs.jsonl", JSON.stringify(file))).rows[0]?.digest;
    await writeFile(path.join(folder, "cup.png"), Buffer.concat([await readFile(coffee), Buffer.from("more")]));
    expect((await read("jobs.jsonl", JSON.stringify(file))).rows[0]?.digest).not.toBe(before);
  });

  it("reads a picture once as long as its size and time stay", async () => {
    const hashFile = path.join(folder, "hashes", "pictures.json");
    const line = JSON.stringify({ model_name: "kling-v2-6", image: "cup.png" });
    const first = await read("jobs.jsonl", line, { hashFile });
    const picture = path.join(folder, "cup.png");
    const { length } = await readFile(picture);
    await utimes(picture, 1_700_000_000, 1_700_000_000);
    await read("jobs.jsonl", line, { hashFile });
    await writeFile(picture, Buffer.alloc(length));
    await utimes(picture, 1_700_000_000, 1_700_000_000);
    expect((await read("jobs.jsonl", line, { hashFile })).rows[0]?.digest).toBe(first.rows[0]?.digest);
    await utimes(picture, 1_800_000_000, 1_800_000_000);
    expect((await read("jobs.jsonl", line, { hashFile })).problems).toHaveLength(1);
  });
});

describe("what is wrong with a manifest is told all at once:", () => {
  it("a default that no family has, which would be left out of every row", async () => {
    const line = JSON.stringify({ id: "a", model_name: "kling-v2-6", image: "cup.png" });
    const defaults = { promt: "slow pan", aspect_ratio: "1:1", external_task_id: "mine" };
    const { problems } = await read("jobs.jsonl", line, { defaults });
    expect(problems.map(describeProblem)).toEqual([
      'promt: No family has a field "promt". Did you mean prompt?',
      "external_task_id: A batch chooses the external_task_id of each row. Name the row in the column id.",
    ]);
  });

  it("rows, columns and remedies", async () => {
    await writeFile(path.join(folder, "fake.png"), "no picture");
    const problems = await told(
      "jobs.csv",
      "id,image,model_name,duration,promt\na,cup.png,kling-v2-6,5,x\na,cup.png,kling-v2-6,5,y\nb,gone.png,kling-v2-6,5,\nc,fake.png,kling-v2-6,5,\nd,../secret.png,kling-v2-6,5,\ne,cup.png,kling-v2-6,100,\n",
    );
    expect(problems).toEqual([
      'line 2, row a, promt: image2video has no field "promt". Did you mean prompt?',
      "line 3, row a, id: The id is there twice (line 2). Give each row an id of its own in the column id.",
      expect.stringMatching(/^line 4, row b: There is no file gone\.png\. Check the path\./),
      expect.stringMatching(/^line 5, row c: fake\.png is text, not a JPEG or PNG\./),
      "line 6, row d: ../secret.png lies outside of the manifest's folder. Copy it into the folder.",
      expect.stringMatching(/^line 7, row e, duration: /),
    ]);
  });

  it("a link that leads out of the folder", async () => {
    await symlink(coffee, path.join(folder, "link.png"));
    expect(await told("jobs.jsonl", '{"image":"link.png","model_name":"kling-v2-6"}')).toEqual([
      expect.stringMatching(/lies outside of the manifest's folder/),
    ]);
  });

  it.each<[string, string, string | Buffer, RegExp]>([
    ["another encoding", "jobs.csv", Buffer.from("id,prompt\na,caf\xe9\n", "latin1"), /not UTF-8.*CSV UTF-8/],
    ["UTF-16", "jobs.csv", Buffer.from("\uFEFFid,image\n", "utf16le"), /not UTF-8/],
    ["a quote that is never closed", "jobs.csv", 'id,prompt\na,"x\n', /is no CSV: Quote Not Closed/],
    ["more cells than columns", "jobs.csv", "id,image\na,https://e.com/a.png,b\n", /3 cells, and 2 columns/],
    ["a column twice", "jobs.csv", "id,id\n", /The column is there twice/],
    [
      "semicolons, as spreadsheets in many countries write them",
      "jobs.csv",
      "id;image\na;cup.png\n",
      /^line 1: The columns are separated by semicolons\. Save the table with commas[^\n]*$/,
    ],
    ["tabs", "jobs.csv", "id\timage\na\tcup.png\n", /^line 1: The columns are separated by tabs\. [^\n]*$/],
    ["a line that is no JSON", "jobs.jsonl", "{]\n", /^line 1: The line is no JSON object/],
    ["a list instead of an object", "jobs.jsonl", "[1]\n", /no JSON object/],
    ["nothing", "jobs.csv", "", /^There are no rows/],
    [
      "an own id",
      "jobs.jsonl",
      '{"external_task_id":"a","image":"cup.png"}',
      /A batch chooses the external_task_id of each row/,
    ],
    ["a family nobody knows", "jobs.jsonl", '{"family":"imagetovideo"}', /There is no family "imagetovideo"/],
    [
      "ids with the same file name",
      "jobs.jsonl",
      '{"id":"a b","image":"cup.png"}\n{"id":"A-B","image":"cup.png"}',
      /would have the name of row a b/,
    ],
    ["an id with a line break", "jobs.jsonl", '{"id":"a\\nb","image":"cup.png"}', /The id can't be used/],
  ])("%s", async (_, name, content, expected) => {
    expect((await told(name, content)).join("\n")).toMatch(expected);
  });

  it.each([
    ["jobs.jsonl", "Line 1 is longer than 32 MB. Give pictures as files or addresses."],
    ["jobs.csv", "line 2: A row is longer than 32 MB. Give pictures as files or addresses."],
  ])("a line of 1 GB in %s, of which little is read", async (name, expected) => {
    const file = path.join(folder, name);
    await writeFile(file, name.endsWith(".csv") ? "id\n" : "");
    // Its bytes are zeros that take no room on the disk.
    await truncate(file, 2 ** 30);
    expect((await readManifest(file)).problems.map(describeProblem)).toEqual([expected]);
  });

  it.each(["gone.csv", "jobs.txt"])("%s, which is no manifest", async (name) => {
    await writeFile(path.join(folder, "jobs.txt"), "");
    await expect(readManifest(path.join(folder, name))).rejects.toThrow(/There is no file|is no manifest/);
  });
});
