import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkOperationName } from "../generate/operation-names.js";
import { calls, families } from "../generated/families.js";

const spec = fileURLToPath(new URL("..", import.meta.url));
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(path.join(tmpdir(), "klingkit-spec-"));
  for (const part of ["openapi.yaml", "redocly.yaml", "paths", "components", "catalogue", "examples"]) {
    cpSync(path.join(spec, part), path.join(copy, part), { recursive: true });
  }
  symlinkSync(path.join(spec, "node_modules"), path.join(copy, "node_modules"));
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

function change(file: string, from: string, to: string): void {
  const text = readFileSync(path.join(copy, file), "utf8");
  expect(text).toContain(from);
  writeFileSync(path.join(copy, file), text.replace(from, to));
}

function generate(): string {
  const main = path.join(spec, "generate", "main.js");
  return execFileSync(process.execPath, [main, "--source", copy, "--out", path.join(copy, "out")], {
    encoding: "utf8",
    stdio: "pipe",
  });
}

function failureOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("It did not fail.");
}

function generated(file: string): string {
  return readFileSync(path.join(copy, "out", file), "utf8");
}

describe("a changed copy of the contract", () => {
  it("carries a new field into types, fields and validators", async () => {
    change(
      "components/tts.yaml",
      "    voice_speed:",
      "    mood:\n      type: string\n      maxLength: 7\n    voice_speed:",
    );
    generate();
    expect(generated("schema.ts")).toContain("mood?: string;");
    expect(generated("fields.ts")).toContain('"name": "mood"');
    const { requestValidators } = await import(path.join(copy, "out", "validators.js"));
    const body = { text: "Good morning", voice_id: "oversea_male1", voice_language: "en" };
    expect(requestValidators.tts({ ...body, mood: "cheerful" })).toBe(false);
    expect(requestValidators.tts({ ...body, mood: "cheery" })).toBe(true);
  }, 120_000);

  it("carries a new call into the calls table", () => {
    const file = "paths/tts.yaml";
    const text = readFileSync(path.join(copy, file), "utf8").replaceAll(/: tts$/gm, ": whisper");
    writeFileSync(path.join(copy, "paths/whisper.yaml"), text);
    change("openapi.yaml", "webhooks:", "  /kling/v1/audio/whisper:\n    $ref: paths/whisper.yaml#/call\nwebhooks:");
    expect(generate()).toContain("17 calls");
    expect(generated("families.ts")).toContain('"path": "/kling/v1/audio/whisper"');
    expect(generated("coverage.json")).toContain('"operation": "whisper"');
  }, 120_000);

  it.each([
    ["a reference to nothing", "inputs.yaml#/Sound", "inputs.yaml#/Sounds", "components/image2video.yaml:49:7"],
    ["a limit that is no number", "maxLength: 2500", "maxLength: 25OO", "components/image2video.yaml:20:18"],
  ])(
    "says where %s stands, without a stack",
    (_, from, to, place) => {
      change("components/image2video.yaml", from, to);
      const { message } = failureOf(generate);
      expect(message).toContain(place);
      expect(message).not.toMatch(/\n +at /);
    },
    120_000,
  );

  it("refuses two endpoints with one verb", () => {
    change("paths/text2video.yaml", "x-klingkit-verb: list", "x-klingkit-verb: get");
    expect(generate).toThrow("text2video has two endpoints with the verb get");
  }, 120_000);

  it("refuses an operation that would hide a member of the client, and a name that is not in camel case", () => {
    change("paths/tts.yaml", "x-klingkit-operation: tts", "x-klingkit-operation: resume");
    expect(generate).toThrow("x-klingkit-operation: resume hides the client's own `resume`. Choose another name");
    change("paths/tts.yaml", "x-klingkit-operation: resume", "x-klingkit-operation: text-to-speech");
    expect(generate).toThrow("x-klingkit-operation: text-to-speech must be letters and digits in camel case");
  }, 120_000);
});

describe("names that no operation may have", () => {
  it("are the client's own members, what makes a promise, and what every object has", () => {
    for (const name of ["family", "call", "pending", "resume", "settle", "http", "dialect", "baseUrl", "then"])
      expect(() => checkOperationName(name), name).toThrow("hides the client's own");
    expect(() => checkOperationName("constructor")).toThrow("hides the client's own");
    for (const name of [...Object.keys(families), ...Object.keys(calls)]) checkOperationName(name);
  });
});
