import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { requireBuilt } from "../scripts/freshness.mjs";
import { type Editor, openInEditor } from "./support/language-service.js";

const text = `
import { createKlingClient, type FamilyTypes } from "@klingkit/core";

const kling = createKlingClient({ /*dialect*/dialect: "kling", apiKey: "k" });
const task = await kling./*family*/image2video./*submit*/submit({
  /*model*/model_name: /*models*/"",
  /*image*/image: "https://example.com/a.jpg",
  /*prompt*/prompt: "",
  /*mode*/mode: "std",
  /*duration*/duration: "5",
  /*scale*/cfg_scale: 0.5,
});
const discontinued = kling./*discontinued*/videoExtend;
const costs = kling./*free*/accountCosts;
const spoken = kling./*paid*/tts;
const address = task.task_result?.videos?.[0]?./*url*/url;
const text2video = kling.text2video.submit({ model_name: /*textModels*/"", prompt: "" });

type Requests = { [Name in keyof FamilyTypes]: FamilyTypes[Name]["request"] };
type Tasks = { [Name in keyof FamilyTypes]: FamilyTypes[Name]["task"] };
`;

let editor: Editor;

beforeAll(() => {
  requireBuilt(["packages/core"]);
  editor = openInEditor(import.meta.dirname, text);
});

describe("an editor", () => {
  it.each([
    ["model", "Discontinued on 2026-09-15: `kling-v1`"],
    ["model", "Default: `kling-v1`, discontinued on 2026-09-15: always send one."],
    ["image", "JPEG or PNG, at most 10 MB, each side at least 300 px"],
    ["prompt", "At most 2500 characters; the gateway's page says 500."],
    ["mode", "Default: `std`."],
    ["duration", "Seconds, as a string."],
    ["scale", "From 0 to 1."],
    ["url", "Address of the MP4, kept 30 days"],
    ["family", "Animate one picture. **Paid**."],
    ["submit", "This is a paid request"],
    ["discontinued", "**Discontinued** on 2026-09-15"],
    ["free", "**Free**."],
    ["paid", "**Paid** at once."],
    ["dialect", "How the server answers."],
  ])("says over %s: %s", (mark, words) => {
    expect(editor.hover(mark)).toContain(words);
  });

  it("offers models that are served today, and no other", () => {
    expect(editor.completions("models")).toEqual(["kling-v2-5-turbo", "kling-v2-6", "kling-v3"]);
    expect(editor.completions("textModels")).not.toContain("kling-v1");
  });

  it("opens the sources", () => {
    const sources = path.join(import.meta.dirname, "../packages/core/src/client.ts");
    expect(editor.definition("submit")).toBe(sources);
  });

  it.each(["Requests", "Tasks"])("has words for every field of every family: %s", (typeName) => {
    expect(editor.undocumented(typeName)).toEqual([]);
  });
});
