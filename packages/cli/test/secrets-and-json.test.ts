import path from "node:path";
import { describe, expect, it } from "vitest";
import { canary, emptyFolder, klingkit, picture, simulator } from "./helpers.js";

const prompts = [
  "waves",
  "[[code=1301]]",
  "[[scenario=risk-control]]",
  "[[fault=reset-after-accept]]",
  "[[fault=html-502]]",
  "[[code=authentication-failed]]",
];

describe("--json", () => {
  it.each(prompts)("prints one object and nothing else, whatever happens (%s)", async (prompt) => {
    const { url } = await simulator();
    const args = ["generate", picture, "--base-url", url, "--prompt", prompt, "--json"];
    const { code, out, json } = await klingkit(args, { cwd: await emptyFolder() });
    expect(out.endsWith("}\n") && !out.trimEnd().includes("\n")).toBe(true);
    if (code === 0) expect(json()).toMatchObject({ task: { family: "image2video", task_status: "succeed" } });
    else expect(json().error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  });

  it("prints one object for a mistake on the command line", async () => {
    for (const args of [["generate"], ["generate", picture, "--mode", "fast"], ["get", "1"], ["list", "image2video"]]) {
      const { code, json } = await klingkit([...args, "--json"]);
      expect({ failed: code !== 0, ...json() }).toEqual({
        failed: true,
        error: expect.objectContaining({ name: "InputError", message: expect.any(String) }),
      });
    }
  });

  it("is refused beside a video on standard output, which it would damage", async () => {
    for (const flag of ["--json", "--jsonl"]) {
      const { code, out } = await klingkit(["generate", picture, "--mock", "--out", "-", flag]);
      const [first = ""] = out.split("\n");
      expect([code, JSON.parse(first).error]).toEqual([2, expect.objectContaining({ name: "InputError" })]);
    }
  });

  it("prints one object for every command", async () => {
    const { url } = await simulator({ list: true });
    const cwd = await emptyFolder();
    const at = ["--base-url", url, "--json"];
    const submitted = (await klingkit(["submit", "image2video", "--image", picture, ...at])).json();
    expect(submitted).toMatchObject({ family: "image2video", task_id: expect.any(String), task_status: "submitted" });
    const handle = `image2video/${submitted.task_id}`;
    expect(submitted.handle).toBe(handle);
    const task = expect.objectContaining({ task_id: submitted.task_id, task_status: "succeed" });
    expect((await klingkit(["wait", handle, ...at])).json()).toEqual({ task, handle, files: [] });
    expect((await klingkit(["get", handle, ...at])).json()).toMatchObject({ task_status: "succeed" });
    expect((await klingkit(["list", "image2video", ...at])).json()).toEqual({
      tasks: [expect.objectContaining({ task_id: submitted.task_id })],
    });
    const file = path.join(cwd, `image2video-${submitted.task_id}.mp4`);
    expect((await klingkit(["download", handle, ...at], { cwd })).json()).toEqual({
      task,
      handle,
      files: [file],
      file,
    });
  });
});

describe("the key", () => {
  it.each(prompts)("is printed nowhere, from the environment or standard input (%s)", async (prompt) => {
    const { url } = await simulator();
    const cwd = await emptyFolder();
    const args = ["generate", picture, "--base-url", url, "--prompt", prompt, "--json"];
    const first = await klingkit(args, { cwd, columns: 80, env: { COMETAPI_KEY: canary } });
    const second = await klingkit([...args, "--api-key-stdin"], { cwd, columns: 80, stdin: `${canary}\n` });
    expect(`${first.out}${first.err}${second.out}${second.err}`).not.toContain("canary");
    const pair = { KLING_ACCESS_KEY: `${canary}-access`, KLING_SECRET_KEY: `${canary}-secret` };
    const third = await klingkit([...args, "--dialect", "kling"], { cwd, columns: 80, env: pair });
    expect(`${third.out}${third.err}`).not.toContain("canary");
  });

  it("is not printed when it can't be used, nor in help", async () => {
    const env = { COMETAPI_KEY: `${canary}\nX-Other: 1`, KLING_API_KEY: canary };
    for (const args of [["get", "image2video/1", "--json"], ["--help"], ["generate", "--help"], ["mock", "--help"]]) {
      const { out, err } = await klingkit(args, { env });
      expect(`${out}${err}`).not.toContain("canary");
    }
  });

  it.each(["doctor", "config"])("%s shows no password of an address", async (command) => {
    const env = { KLINGKIT_BASE_URL: `https://user:${canary}@klingkit.invalid/path` };
    const { out, err } = await klingkit([command], { env });
    expect(out).toContain("https://klingkit.invalid/path");
    expect(`${out}${err}`).not.toContain("canary");
  });

  it("reaches the server it was meant for", async () => {
    const { url, mock } = await simulator({ accounts: { [canary]: { units: 0 } } });
    const args = ["submit", "image2video", "--image", picture, "--base-url", url, "--api-key-stdin"];
    const { code, err } = await klingkit(args, { stdin: `${canary}\n` });
    expect({ code, tasks: mock.tasks.size, refused: /balance/i.test(err) }).toEqual({
      code: 6,
      tasks: 0,
      refused: true,
    });
  });

  it("does not go unencrypted to another machine unless that is allowed", async () => {
    const refused = async (address: string, ...more: string[]) => {
      // The gateway has no such call: nothing is sent.
      const args = ["call", "account-costs", "--start-time", "1", "--end-time", "2", "--base-url", address, ...more];
      const { err, code } = await klingkit(args, { env: { COMETAPI_KEY: canary } });
      return code === 3 && /unencrypted to http:\/\/klingkit\.invalid\. Use https\. .*--allow-http/.test(err);
    };
    expect(await refused("HTTP://klingkit.invalid/")).toBe(true);
    expect(await refused("http://klingkit.invalid", "--allow-http")).toBe(false);
    expect(await refused("https://klingkit.invalid")).toBe(false);
    expect(await refused((await simulator()).url)).toBe(false);
  });
});
