import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import path from "node:path";
import { resultCacheFolder, serve } from "@klingkit/mock-server/node";
import { afterEach, describe, expect, it, vi } from "vitest";
import { image2video, minimal } from "./helpers.js";
import { choicesOf } from "./serve-kit.js";

afterEach(() => vi.unstubAllEnvs());

const hasIpv6 = Object.values(networkInterfaces()).some((own) => own?.some(({ address }) => address === "::1"));

describe("options of the command line", () => {
  it("move tasks by reads, and let time go faster", async () => {
    await using server = await serve(choicesOf("--progress", "reads=1,0", "--speed", "60"));
    expect(server.mock.clock.speed).toBe(60);
    const headers = { authorization: "Bearer k" };
    const address = `${server.url}${image2video.cometapi}`;
    await fetch(address, { method: "POST", headers, body: JSON.stringify({ ...minimal, external_task_id: "own" }) });
    const status = async () => (await (await fetch(`${address}/own`, { headers })).json()).data.task_status;
    expect([await status(), await status()]).toEqual(["submitted", "succeed"]);
  });

  it.each(["127.0.0.1", "0.0.0.0", ...(hasIpv6 ? ["::"] : [])])(
    "print an address where the control API answers, when it listens on %s",
    async (host) => {
      await using server = await serve(choicesOf("--host", host));
      expect((await fetch(`${server.url}/__mock/clock`)).status).toBe(200);
    },
  );

  it("let tasks take as long as at the provider, by family, model and mode", async () => {
    await using server = await serve(choicesOf("--realtime"));
    const { mock } = server;
    mock.clock.freeze();
    const secondsOf = async (body: object, path: string = image2video.cometapi) => {
      await mock.fetch(`https://api.example.invalid${path}`, {
        method: "POST",
        headers: { authorization: "Bearer k" },
        body: JSON.stringify({ ...minimal, ...body }),
      });
      const [task] = mock.tasks.newestFirst();
      return task ? (task.plan.endsAt - task.plan.createdAt) / 1000 : 0;
    };
    const times = [
      await secondsOf({ mode: "std" }),
      await secondsOf({ mode: "pro" }),
      await secondsOf({ model_name: "kling-v3", mode: "pro" }),
    ];
    const omniVideo = "/kling/v1/videos/omni-video";
    times.push(await secondsOf({ model_name: "kling-v3-omni", prompt: "a", image: undefined }, omniVideo));
    [165, 230, 210, 210].forEach((typical, index) => {
      expect(times[index]).toBeGreaterThan(typical * 0.89);
      expect(times[index]).toBeLessThan(typical * 1.11);
    });
  });

  it("send callbacks to a host that is named, signed with the secret of the environment", async () => {
    vi.stubEnv("KLINGKIT_CALLBACK_SECRET", "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=");
    const choices = choicesOf("--allow-callback-host", "receiver.invalid", "other.invalid");
    expect(choices).toMatchObject({ allowCallbackHost: ["receiver.invalid", "other.invalid"] });
    const sent = vi.spyOn(globalThis, "fetch");
    try {
      await using server = await serve(choices);
      sent.mockImplementation(async () => new Response(null));
      await server.mock.fetch(`https://api.example.invalid${image2video.cometapi}`, {
        method: "POST",
        headers: { authorization: "Bearer k" },
        body: JSON.stringify({ ...minimal, callback_url: "https://receiver.invalid/kling" }),
      });
      server.mock.clock.advance(1);
      await vi.waitFor(() => expect(sent).toHaveBeenCalled());
      const [url, init] = sent.mock.calls[0] ?? [];
      expect(url).toBe("https://receiver.invalid/kling");
      expect(new Headers(init?.headers).get("webhook-signature")).toMatch(/^v1,/);
    } finally {
      sent.mockRestore();
    }
  });

  it.each([
    ["--host", "", /^--host is empty; give an address such as 127\.0\.0\.1/],
    ["--host", "198.51.100.7", /^198\.51\.100\.7 is no address of this machine; give --host 127\.0\.0\.1/],
    ["--public-url", "mock:4600", /^--public-url is "mock:4600"; give an address such as http:\/\/mock:4600\.$/],
    ["--public-url", "http://mock:4600/?a=1", /^--public-url is .*; give an address/],
    ["--allow-origin", "staging.example", /^--allow-origin is "staging\.example"; give scheme and host of a page/],
    ["--allow-origin", "https://staging.example/app", /such as https:\/\/staging\.example\.$/],
    ["--allow-control-host", "http://mock:4600", /^--allow-control-host is .*; give a host without scheme and path/],
    ["--allow-callback-host", "http://app:3000/hook", /^--allow-callback-host is .*; give a host without scheme/],
    ["--allow-callback-host", "", /^--allow-callback-host is ""; give a host/],
  ])("are refused where they could never do what they say: %s %j", async (flag, value, message) => {
    await expect(serve(choicesOf(flag, value))).rejects.toThrow(message);
  });

  it("take a page's address with a slash at its end, and hosts in any case", async () => {
    const origin = "https://staging.example";
    await using server = await serve(choicesOf("--allow-origin", `${origin}/`, "--allow-callback-host", "App:3000"));
    expect((await fetch(server.url, { headers: { origin } })).status).toBe(200);
  });

  it("delete what earlier runs have kept", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "klingkit-cache-"));
    vi.stubEnv("KLINGKIT_CACHE_DIR", folder);
    const kept = path.join(folder, "results");
    await writeFile(kept, "a result");
    await (await serve(choicesOf())).close();
    expect(existsSync(kept)).toBe(true);
    await (await serve(choicesOf("--clear-cache"))).close();
    expect(existsSync(kept)).toBe(false);
    await rm(folder, { recursive: true });
  });

  it.each([
    ["--speed", "0"],
    ["--speed", "fast"],
    ["--progress", "reads=1"],
    ["--progress", "nonsense"],
    ["--port", "70000"],
    ["--callback-secret", "no secret"],
  ])("say in one sentence what is wrong with %s %s", async (flag, value) => {
    await expect(serve(choicesOf(flag, value))).rejects.toThrow(/^[^.]+ (is|must|needs|can't|has)\b.*\.$/);
  });
});

describe("a user without a home, as in a container with an arbitrary id", () => {
  afterEach(() => {
    vi.doUnmock("node:os");
    vi.resetModules();
  });

  it("has no cache of results, and nothing else is missing", async () => {
    vi.stubEnv("KLINGKIT_CACHE_DIR", undefined);
    vi.stubEnv("XDG_CACHE_HOME", undefined);
    vi.stubEnv("LOCALAPPDATA", undefined);
    expect(resultCacheFolder()).toContain("klingkit");
    vi.resetModules();
    vi.doMock("node:os", async (original) => ({
      ...(await original<typeof import("node:os")>()),
      homedir() {
        throw new Error("ENOENT: no such user");
      },
    }));
    const homeless = await import("@klingkit/mock-server/node");
    expect(homeless.resultCacheFolder()).toBeUndefined();
    vi.stubEnv("KLINGKIT_CACHE_DIR", "/somewhere");
    expect(homeless.resultCacheFolder()).toBe(path.join("/somewhere", "results"));
  });
});
