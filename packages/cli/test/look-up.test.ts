import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { canary, contents, countingServer, emptyFolder, klingkit, picture, simulator } from "./helpers.js";

describe("klingkit estimate", () => {
  it("says units and dollars, and sends nothing", async () => {
    const args = ["estimate", "image2video", "--mode", "pro", "--duration", "10"];
    expect(await klingkit(args)).toMatchObject({ code: 0, out: "about 5 units ($0.70) with kling-v2-6\n", err: "" });
    expect((await klingkit([...args, "--json"])).json()).toMatchObject({
      operation: "image2video",
      units: 5,
      usd: 0.7,
    });
  });

  it("refuses what costs more than the budget, and a combination that the model does not have", async () => {
    const above = await klingkit(["estimate", "image2video", "--mode", "pro", "--budget", "0.1"]);
    expect(above).toMatchObject({ code: 2, err: expect.stringMatching(/\$0\.35, more than --budget \$0\.1/) });
    const wrong = ["estimate", "image2video", "--model-name", "kling-v2-5-turbo", "--duration", "7"];
    expect(await klingkit(wrong)).toMatchObject({ code: 2, err: expect.stringContaining("5 or 10 seconds") });
    const gone = await klingkit(["estimate", "image2video", "--model-name", "kling-v2-1"]);
    expect(gone.err).toMatch(
      /^klingkit: The model 'kling-v2-1' has been discontinued and is no longer available\. kling/,
    );
  });
});

describe("klingkit models", () => {
  it("lists those still served first, with abilities and price", async () => {
    const { models } = (await klingkit(["models", "image2video", "--json"])).json();
    const served = models.map(({ discontinued }: { discontinued: string | null }) => discontinued === null);
    expect(served.indexOf(false)).toBeGreaterThan(0);
    expect(served.lastIndexOf(true)).toBeLessThan(served.indexOf(false));
    expect(models).toContainEqual(
      expect.objectContaining({ model: "kling-v2-6", durations: ["5", "10"], price: expect.stringContaining("pro") }),
    );
    const { out } = await klingkit(["models", "image2video"]);
    expect(out).toMatch(/^MODEL +MODES +SECONDS +UNITS FOR EACH +STATE\n/);
  });

  it("shows one model by its name", async () => {
    const { models } = (await klingkit(["models", "kling-v3", "--json"])).json();
    expect(new Set(models.map(({ model }: { model: string }) => model))).toEqual(new Set(["kling-v3"]));
  });

  it("takes names in kebab case, suggests the nearest, and says where there are none", async () => {
    expect((await klingkit(["models", "multi-image2video"])).code).toBe(0);
    expect((await klingkit(["models", "image2vide"])).err).toContain("Did you mean image2video?");
    expect(await klingkit(["models", "tts"])).toMatchObject({ code: 2, err: expect.stringContaining("no model_name") });
  });
});

describe("klingkit errors", () => {
  it("says what a code or a name means and what to do", async () => {
    for (const code of ["1303", "concurrency-limit"]) {
      const { out } = await klingkit(["errors", code]);
      expect(out).toMatch(/^1303 {2}\S+ {2}\(HTTP 429\)\n {2}says .*\n {2}to do .*\n {2}a create may be sent again: /);
    }
    expect((await klingkit(["errors"])).out.split("\n").length).toBeGreaterThan(20);
  });

  it("suggests the nearest for one that is not on record", async () => {
    expect(await klingkit(["errors", "130333"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("Did you mean"),
    });
  });
});

describe("klingkit config", () => {
  it("shows each value and where it comes from, and never the key", async () => {
    const env = { COMETAPI_KEY: canary, KLINGKIT_DIALECT: "cometapi", KLINGKIT_BASE_URL: "http://127.0.0.1:4600" };
    const { out, json } = await klingkit(["config", "--json"], { env });
    expect(out).not.toContain(canary);
    expect(json().settings).toEqual(
      expect.arrayContaining([
        { name: "address", value: "http://127.0.0.1:4600", source: "KLINGKIT_BASE_URL" },
        { name: "key", value: `set, ${canary.length} characters`, source: "COMETAPI_KEY" },
        expect.objectContaining({ name: "profile", value: "none", source: "default" }),
      ]),
    );
  });

  it("takes what variables do not say from the profile, and the key from the variable that it names", async () => {
    const file = path.join(await emptyFolder(), "config.json");
    const profiles = { test: { dialect: "kling", baseUrl: "http://127.0.0.1:4999", keyVariable: "TEST_KEY" } };
    // Editors of Windows begin a file with a byte order mark.
    await writeFile(file, `\ufeff${JSON.stringify({ profiles })}`);
    const env = { KLINGKIT_CONFIG: file, KLINGKIT_PROFILE: "test", TEST_KEY: canary };
    const { out } = await klingkit(["config"], { env });
    expect(out).toMatch(/dialect +kling +profile test\n/);
    expect(out).toMatch(/address +http:\/\/127\.0\.0\.1:4999 +profile test\n/);
    expect(out).toMatch(/key +set, \d+ characters +TEST_KEY\n/);
    const wrong = await klingkit(["config"], { env: { ...env, KLINGKIT_PROFILE: "other" } });
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('no profile "other". It has test.') });
  });
});

describe("a profile", () => {
  const profile = async (test: unknown) => {
    const file = path.join(await emptyFolder(), "config.json");
    await writeFile(file, JSON.stringify({ profiles: { test } }));
    return { KLINGKIT_CONFIG: file, KLINGKIT_PROFILE: "test" };
  };

  it.each([
    [
      "a setting that is misspelt",
      { baseURL: "http://127.0.0.1:4600" },
      'has a setting "baseURL", which does not exist. Did you mean baseUrl?',
    ],
    ["a setting of another tool", { url: "x" }, "Its settings are dialect, baseUrl, keyVariable."],
    ["an empty address", { baseUrl: "" }, "has no text in baseUrl"],
    ["a number as its address", { baseUrl: 4600 }, "has no text in baseUrl"],
    ["a key in place of its variable", { keyVariable: canary }, "has something else in keyVariable than the name"],
    ["a text instead of settings", "http://127.0.0.1:4600", "is not a JSON object"],
  ])(
    "with %s is refused, and not left out: the provider's own address would take its place",
    async (_, settings, says) => {
      // A command that sends nothing; those that pay read the profile in the same way.
      const { code, out, err } = await klingkit(["estimate", "text2video"], { env: await profile(settings) });
      expect([code, out, err]).toEqual([2, "", expect.stringContaining(says)]);
      expect(err).not.toContain("canary");
    },
  );

  it("takes the key from the variable that it names, and from no other account's", async () => {
    // Whoever pays with the wrong key is refused.
    const { url } = await simulator({ accounts: { "sk-mine": { units: 0 } } });
    const env = { ...(await profile({ baseUrl: url, keyVariable: "CLIENTS_KEY" })), COMETAPI_KEY: "sk-mine" };
    const submit = ["submit", "text2video", "--prompt", "boat", "--model-name", "kling-v2-6"];
    const paid = await klingkit(submit, { env: { ...env, CLIENTS_KEY: "sk-clients" } });
    expect(paid.code, paid.err).toBe(0);
    const { out } = await klingkit(["config"], { env });
    expect(out).toMatch(/key +none +CLIENTS_KEY is not set\n/);
    const live = { ...env, KLINGKIT_BASE_URL: "https://api.klingkit.invalid" };
    const without = await klingkit(submit, { env: live });
    expect([without.code, without.err]).toEqual([3, expect.stringContaining("There is no API key. Set CLIENTS_KEY,")]);
  });
});

describe("a profile for one dialect", () => {
  const withServer = async (url: string) => {
    const file = path.join(await emptyFolder(), "config.json");
    const profiles = { test: { dialect: "cometapi", baseUrl: url, keyVariable: "COMETAPI_KEY" } };
    await writeFile(file, JSON.stringify({ profiles }));
    return { KLINGKIT_CONFIG: file, KLINGKIT_PROFILE: "test", KLING_API_KEY: canary };
  };

  it("does not get the key of the other provider", async () => {
    const { url, seen } = await countingServer();
    const env = await withServer(url);
    const { code, err } = await klingkit(["list", "image2video", "--dialect", "kling"], { env });
    expect({ code, seen }).toEqual({ code: 2, seen: [] });
    expect(err).toMatch(/^klingkit: The profile "test" is for cometapi, and the dialect is kling\. .*KLINGKIT_PROFILE/);
    const shown = await klingkit(["config"], { env: { ...env, KLINGKIT_DIALECT: "kling" } });
    expect([shown.code, shown.out]).toEqual([2, ""]);
  });

  it("leaves the other dialect alone where an address is given, or none is needed", async () => {
    const [there, other] = [await countingServer(), await simulator({ dialect: "kling" })];
    const env = await withServer(there.url);
    const asked = await klingkit(["list", "image2video", "--dialect", "kling", "--base-url", other.url], { env });
    expect(asked.code, asked.err).toBe(0);
    const cwd = await emptyFolder();
    const made = await klingkit(["generate", picture, "--dialect", "kling", "--mock"], { cwd, env });
    expect([made.code, there.seen], made.err).toEqual([0, []]);
  });
});

describe("klingkit init", () => {
  it("asks on a terminal only", async () => {
    expect(await klingkit(["init"])).toMatchObject({ code: 2, err: expect.stringContaining("not a terminal") });
  });

  it("writes a profile without the key, keeps the others, and makes a first simulated run", async () => {
    const cwd = await emptyFolder();
    const file = path.join(cwd, "settings", "config.json");
    const env = { KLINGKIT_CONFIG: file, COMETAPI_KEY: canary };
    await mkdir(path.dirname(file));
    await writeFile(file, '{"profiles":{"old":{"dialect":"kling"}}}');
    const stdin = `work\n\nhttp://127.0.0.1:4600\n\n${picture}\n`;
    const { code, err, out } = await klingkit(["init"], { cwd, env, stdin, isTerminal: true });
    expect(code, err).toBe(0);
    const text = await readFile(file, "utf8");
    expect(JSON.parse(text).profiles).toEqual({
      old: { dialect: "kling" },
      work: { dialect: "cometapi", baseUrl: "http://127.0.0.1:4600", keyVariable: "COMETAPI_KEY" },
    });
    expect(text).not.toContain(canary);
    expect(err).toContain("SIMULATED in this process: free");
    expect((await contents(cwd)).filter((name) => name.endsWith(".mp4"))).toEqual([path.basename(out.trim())]);
  });

  it("writes nothing when the input ends before the last answer", async () => {
    const file = path.join(await emptyFolder(), "config.json");
    const env = { KLINGKIT_CONFIG: file };
    for (const stdin of ["", "live\n", "live\n\n\n"]) {
      const { code, err } = await klingkit(["init"], { env, stdin, isTerminal: true });
      expect([code, err]).toEqual([2, expect.stringContaining("The input ended before the last answer.")]);
    }
    expect(await contents(path.dirname(file))).toEqual([]);
  });

  it("takes no key for the name of its variable, and writes and prints none", async () => {
    const file = path.join(await emptyFolder(), "config.json");
    const stdin = `live\n\n\n${canary}\n\n`;
    const { code, out, err } = await klingkit(["init"], { env: { KLINGKIT_CONFIG: file }, stdin, isTerminal: true });
    expect([code, err]).toEqual([2, expect.stringContaining("That is not the name of an environment variable")]);
    expect(`${out}${err}`).not.toContain("canary");
    expect(await contents(path.dirname(file))).toEqual([]);
  });

  it("says in one sentence, and not as a bug, that its file can't be read or written", async () => {
    const folder = await emptyFolder();
    for (const [file, says] of [
      ["/proc/klingkit/config.json", "can't be written (ENOENT)"],
      [folder, "can't be read (EISDIR)"],
    ] as const) {
      const env = { KLINGKIT_CONFIG: file };
      const { code, err } = await klingkit(["init"], { env, stdin: "\n\n\n\n\n", isTerminal: true });
      expect([code, err]).toEqual([2, expect.stringContaining(`${file} ${says}. Name another file`)]);
    }
    expect(await contents(folder)).toEqual([]);
  });

  it("refuses an address that no command could use, before it writes anything", async () => {
    const file = path.join(await emptyFolder(), "config.json");
    const stdin = "live\n\nlocalhost:4600\n\n\n";
    const { code } = await klingkit(["init"], { env: { KLINGKIT_CONFIG: file }, stdin, isTerminal: true });
    expect([code, await contents(path.dirname(file))]).toEqual([3, []]);
  });

  it("asks before it replaces a profile", async () => {
    const file = path.join(await emptyFolder(), "config.json");
    const env = { KLINGKIT_CONFIG: file };
    const before = '{"profiles":{"live":{"dialect":"kling"}}}';
    await writeFile(file, before);
    const kept = await klingkit(["init"], { env, stdin: "\n\n\n\n\n", isTerminal: true });
    expect([kept.code, kept.err]).toEqual([
      2,
      expect.stringContaining("Replace the profile live that is there [no]: "),
    ]);
    expect(await readFile(file, "utf8")).toBe(before);
    const replaced = await klingkit(["init"], { env, stdin: "\n\n\n\nyes\n\n", isTerminal: true });
    expect(replaced.code, replaced.err).toBe(0);
    expect(JSON.parse(await readFile(file, "utf8")).profiles.live.dialect).toBe("cometapi");
    expect(await contents(path.dirname(file))).toEqual(["config.json"]);
  });

  it("leaves the simulated run out where no picture is given, and says how", async () => {
    const env = { KLINGKIT_CONFIG: path.join(await emptyFolder(), "config.json") };
    const { code, err } = await klingkit(["init"], { env, stdin: "\n\n\n\n\n", isTerminal: true });
    expect(code, err).toBe(0);
    expect(err).toContain("Set COMETAPI_KEY before the first live run.");
    expect(err).toMatch(/klingkit generate picture\.jpg .* --mock\n$/);
  });
});
