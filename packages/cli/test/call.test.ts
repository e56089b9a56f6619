import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { calls, families } from "@klingkit/spec";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../src/run.js";
import { emptyFolder, FakeIo, klingkit, picture, simulator } from "./helpers.js";

const tts = ["call", "tts", "--text", "Hello", "--voice-id", "oversea_male1", "--voice-language", "en"];

/** A server that answers everything like a gateway, and remembers which requests carried a key. */
async function tunnel(health: string | undefined) {
  const seen: { path: string; key: string | undefined }[] = [];
  const server = createServer((request, response) => {
    seen.push({ path: request.url ?? "", key: request.headers.authorization });
    const isHealth = request.url === "/__mock/health";
    response.setHeader("content-type", "application/json");
    if (isHealth && health === undefined) response.writeHead(404);
    response.end(isHealth ? (health ?? "{}") : '{"code":0,"message":"SUCCEED","data":{"task_id":"7"}}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe("call", () => {
  it("prints the answer's data, in one line where nobody reads it", async () => {
    const { url } = await simulator();
    for (const more of [[], ["--json"]]) {
      const { code, out, json } = await klingkit([...tts, "--base-url", url, ...more]);
      expect({ code, lines: out.trimEnd().split("\n").length }).toEqual({ code: 0, lines: 1 });
      expect(json()).toMatchObject({ task_status: "succeed", task_result: { audios: [expect.anything()] } });
    }
  });

  it("is readable on a terminal, and one line with --json there too", async () => {
    const { url } = await simulator();
    const print = async (more: readonly string[]) => {
      const io = new FakeIo();
      Object.assign(io.stdout, { isTTY: true });
      expect(await run([...tts, "--base-url", url, ...more], io)).toBe(0);
      return io.out;
    };
    expect(await print([])).toMatch(/^\{\n {2}"/);
    expect(await print(["--json"])).toMatch(/^\{"[^\n]+\n$/);
  });

  it("takes --body with flags on top, and a picture as a file", async () => {
    const { url } = await simulator();
    const stdin = JSON.stringify({ text: "Hello", voice_id: "oversea_male1", voice_language: "zh" });
    const spoken = await klingkit(["call", "tts", "--body", "-", "--voice-language", "en", "--base-url", url], {
      stdin,
    });
    expect(spoken.code).toBe(0);
    const seen = await klingkit(["call", "image-recognize", "--image", picture, "--base-url", url]);
    expect(seen.json()).toHaveProperty("task_result.images");
  });

  it("puts a query's fields into the address, and speaks of no price", async () => {
    const { url, seen } = await tunnel("{}");
    const args = ["call", "account-costs", "--start-time", "1", "--end-time", "2", "--resource-pack-name", "a b"];
    const { code, err } = await klingkit([...args, "--dialect", "kling", "--base-url", url]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(seen.map(({ path }) => path)).toEqual(["/account/costs?start_time=1&end_time=2&resource_pack_name=a%20b"]);
  });

  it.each([
    ["a name nobody knows", ["call", "sing"], /unknown command 'sing'/],
    ["a value out of choice", ["call", "tts", "--voice-language", "de"], /Allowed choices are zh, en/],
    ["a missing field", ["call", "tts", "--text", "Hello"], /voice_id/],
    ["what the gateway does not have", ["call", "account-billing-balance"], /not served in the dialect cometapi/],
  ])("refuses %s", async (_, args, says) => {
    const { url, seen } = await tunnel(undefined);
    const { code, err } = await klingkit(args[1] === "sing" ? args : [...args, "--base-url", url]);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(says) });
    expect({ seen, lines: err.trimEnd().split("\n").length <= 2 }).toEqual({ seen: [], lines: true });
  });

  it("and submit have a command with help for everything in the contract", async () => {
    const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const all = [
      ...Object.values(families).map((row) => ["submit", row] as const),
      ...Object.values(calls).map((row) => ["call", row] as const),
    ];
    expect(all.length).toBeGreaterThanOrEqual(36);
    for (const [verb, { name, path }] of all) {
      const { code, out } = await klingkit([verb, kebab(name), "--help"]);
      expect({ name, code, shown: out.replaceAll(/\s+/g, "").includes(`${path}(atCometAPI:`) }).toEqual({
        name,
        code: 0,
        shown: true,
      });
      expect(out.replaceAll(/\s+/g, " ")).not.toMatch(/base64|as a string|on the wire/);
    }
  });
});

describe("the gateway's status", () => {
  const image = ["--image", "https://example.com/a.jpg"];
  const sentence = "klingkit: warning: expand has a page at CometAPI, but its route was not there when it was tried.\n";

  it("is told in one sentence before calling what is not live there", async () => {
    const { url } = await simulator();
    const ratios = ["up", "down", "left", "right"].flatMap((side) => [`--${side}-expansion-ratio`, "0.1"]);
    const { code, err } = await klingkit(["submit", "expand", ...image, ...ratios, "--base-url", url]);
    expect({ code, err }).toEqual({ code: 6, err: expect.stringContaining(sentence) });
    expect(err.indexOf("warning")).toBeLessThan(err.indexOf("SIMULATED"));
    const spoken = await klingkit([...tts, "--base-url", url]);
    expect(spoken.err).toContain("warning: tts is documented by CometAPI, but no successful call is on record.\n");
  });

  it("is no matter for what is live, nor at Kling", async () => {
    const { url } = await simulator();
    expect((await klingkit(["submit", "image2video", ...image, "--base-url", url])).err).not.toContain("warning");
    const kling = await simulator({ dialect: "kling" });
    const { err } = await klingkit([...tts, "--dialect", "kling", "--base-url", kling.url]);
    expect(err).toMatch(/^SIMULATED [^\n]+\n$/);
  });
});

describe("what answers on this machine", () => {
  it.each([
    ["not found", undefined],
    ["another health page", '{"status":"healthy"}'],
    ["no JSON", "ok"],
    ["null", "null"],
  ])("is LIVE when it is not klingkit's simulator (%s)", async (_, health) => {
    const { url, seen } = await tunnel(health);
    const { code, err } = await klingkit([...tts, "--base-url", url], { env: { COMETAPI_KEY: "sk-1" } });
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining(`LIVE ${url}: `) });
    expect(err).not.toContain("SIMULATED");
    expect(seen).toEqual([
      { path: "/__mock/health", key: undefined },
      { path: "/kling/v1/audio/tts", key: "Bearer sk-1" },
    ]);
  });

  it("is SIMULATED when it says so, and needs no key either way", async () => {
    const simulated = await tunnel('{"status":"ok"}');
    expect((await klingkit([...tts, "--base-url", simulated.url])).err).toContain("SIMULATED");
    const live = await tunnel(undefined);
    expect(await klingkit([...tts, "--base-url", live.url])).toMatchObject({
      code: 0,
      err: expect.stringContaining("LIVE"),
    });
  });

  it("is LIVE with a doubt where nothing answers that could be asked", async () => {
    const { url, close } = await simulator();
    await close();
    const { err } = await klingkit([...tts, "--base-url", url]);
    expect(err).toMatch(/^LIVE \S+: [^\n]+, unless it is a simulator: nothing answers there now\n/m);
  });
});

describe("a sound", () => {
  it("is read from its file, within the contract's size", async () => {
    const { url, mock } = await simulator();
    const cwd = await emptyFolder();
    await writeFile(path.join(cwd, "hello.mp3"), "ID3 hello");
    const args = ["submit", "avatar", "--image", picture, "--prompt", "Talk", "--sound-file", "hello.mp3"];
    expect(await klingkit([...args, "--base-url", url], { cwd })).toMatchObject({ code: 0 });
    const sent = mock.requests.list().find(({ route }) => route === "avatar.submit");
    expect(JSON.parse(sent?.body ?? "{}")).toMatchObject({ sound_file: btoa("ID3 hello") });
    await writeFile(path.join(cwd, "hello.mp3"), Buffer.alloc(5_242_881));
    const { code, err } = await klingkit([...args, "--base-url", url], { cwd });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/hello\.mp3 is 5\.0 MB; at most 5 MB/) });
  });
});
