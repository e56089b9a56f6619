import { createRequire } from "node:module";
import { calls, families } from "@klingkit/spec";
import { describe, expect, it } from "vitest";
import { outputNames, outputSchema } from "../src/output-schema.js";
import { emptyFolder, klingkit, picture, simulator } from "./helpers.js";

// The contract's own validators are made with it.
const { Ajv2020 } = createRequire(new URL("../../../spec/package.json", import.meta.url))("ajv/dist/2020.js");

/** What is wrong with a document that a command printed, in words; "" where nothing is. */
function problems(name: string, document: unknown): string {
  const ajv = new Ajv2020({ strict: false });
  return ajv.validate(outputSchema(name), document)
    ? ""
    : `${name}: ${ajv.errorsText()} in ${JSON.stringify(document)}`;
}

describe("klingkit schema", () => {
  it("has all that it refers to, for every operation", async () => {
    for (const name of [...Object.keys(families), ...Object.keys(calls)])
      for (const side of ["--request", "--response"]) {
        const { code, out, json } = await klingkit(["schema", name, side]);
        const names = [...out.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, found = ""]) => found);
        expect({ name, code, missing: names.filter((found) => !(found in json().components.schemas)) }).toEqual({
          ...{ name, code: 0, missing: [] },
        });
      }
  });

  it("accepts what submit takes, and refuses what it does not", async () => {
    const { json } = await klingkit(["schema", "image2video"]);
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(json());
    expect(validate({ model_name: "kling-v2-6", image: "https://example.com/a.png", prompt: "x" })).toBe(true);
    expect(validate({ image: 5 })).toBe(false);
  });

  it("suggests the nearest name", async () => {
    expect((await klingkit(["schema", "image2vidoe"])).err).toContain("Did you mean image2video?");
    expect((await klingkit(["schema", "generat", "--output"])).err).toContain("Did you mean generate?");
  });

  it("describes what each command prints with --json", async () => {
    const { url } = await simulator();
    const at = ["--base-url", url];
    const cwd = await emptyFolder();
    const env = { KLINGKIT_STATE_DIR: await emptyFolder() };
    const seen = new Set<string>();
    const check = async (...args: string[]) => {
      const { out, err } = await klingkit([...args, "--json"], { cwd, env });
      const name = args[0] ?? "";
      seen.add(name);
      expect(problems(name, JSON.parse(out)), err).toBe("");
      return JSON.parse(out);
    };
    const { handle } = await check("submit", "text2video", "--model-name", "kling-v3", "--prompt", "A boat", ...at);
    await check("generate", picture, "--out", "a.mp4", ...at);
    await check("generate", picture, picture, "--out", "films/", ...at);
    await check("generate", picture, picture, "--out", "failed/", "--prompt", "[[scenario=risk-control]]", ...at);
    await check("wait", handle, ...at);
    await check("wait", handle, handle, "text2video/404", ...at);
    await check("get", handle, ...at);
    await check("get", "text2video/404", ...at);
    await check("download", handle, "--out", "b.mp4", ...at);
    await check("resume", handle, "text2video/404", ...at);
    await check("list", "text2video", ...at);
    await check("jobs", "--simulated", "--finished");
    await check("settle", handle, "--simulated");
    await check("forget", handle, "--simulated");
    await check("call", "tts", "--text", "Hello", "--voice-id", "oversea_male1", "--voice-language", "en", ...at);
    await check("estimate", "image2video", "--mode", "pro", "--duration", "10");
    await check("models");
    await check("errors");
    await check("config");
    await check("doctor", ...at);
    await check("trigger", "succeed", "--to", url);
    const { out } = await klingkit(["generate", picture, "--out", "c.mp4", ...at, "--jsonl"], { cwd, env });
    for (const line of out.trimEnd().split("\n")) expect(problems("events", JSON.parse(line))).toBe("");
    // A listener prints for as long as it runs: its test has it.
    expect([...seen, "listen", "events"].sort()).toEqual([...outputNames].sort());
  });
});
