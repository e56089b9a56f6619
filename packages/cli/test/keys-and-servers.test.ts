import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileTaskStore } from "@klingkit/core/node";
import { afterEach, describe, expect, it, vi } from "vitest";
import { answering, emptyFolder, klingkit, simulator } from "./helpers.js";

afterEach(() => vi.unstubAllGlobals());

describe("the key of one server", () => {
  it("is not sent to another server that a remembered task names: that one gets the key it was made with", async () => {
    const { url, keys } = await answering({ task_id: "1", task_status: "processing" });
    const state = await emptyFolder();
    const store = fileTaskStore(path.join(state, "tasks"));
    const times = { claimedAt: 1, until: 1, updatedAt: 1 };
    const known = { dialect: "cometapi", origin: url, account: "", family: "image2video", state: "accepted" } as const;
    await store.claim({
      ...known,
      ...times,
      external_task_id: "own",
      task_id: "1",
      note: { keyVariable: "RELAY_KEY" },
    });
    const env = { KLINGKIT_STATE_DIR: state, COMETAPI_KEY: "sk-of-the-provider" };
    await klingkit(["get", "image2video/1"], { env });
    await klingkit(["get", "image2video/1"], { env: { ...env, RELAY_KEY: "sk-of-the-relay" } });
    expect(keys).toEqual(["Bearer none-needed", "Bearer sk-of-the-relay"]);
  });

  it("is told by the profile with which a task is made", async () => {
    const { url } = await simulator({ accounts: { "sk-of-the-provider": { units: 0 } } });
    const state = await emptyFolder();
    const profile = { profiles: { relay: { baseUrl: url, keyVariable: "RELAY_KEY" } } };
    await writeFile(path.join(state, "config.json"), JSON.stringify(profile));
    const env = { KLINGKIT_STATE_DIR: state, RELAY_KEY: "sk-of-the-relay", COMETAPI_KEY: "sk-of-the-provider" };
    const args = ["submit", "text2video", "--prompt", "boat"];
    const made = await klingkit(args, { env: { ...env, KLINGKIT_PROFILE: "relay" } });
    expect(made.code, made.err).toBe(0);
    const found = await klingkit(["get", made.out.trim()], { env });
    expect(found.code, found.err).toBe(0);
  });

  it.each([
    ["kling", "https://api.cometapi.com", { KLING_API_KEY: "api-key-kling-1" }],
    ["cometapi", "https://api-singapore.klingai.com/", { COMETAPI_KEY: "sk-1" }],
  ])("is not sent to the other provider: dialect %s at %s", async (dialect, address, key) => {
    const fetch = vi.fn(async () => Response.json({ code: 0, data: { task_id: "1", task_status: "processing" } }));
    vi.stubGlobal("fetch", fetch);
    const env = { ...key, KLINGKIT_BASE_URL: address };
    const { code, err } = await klingkit(["get", "image2video/1", "--dialect", dialect], { env });
    expect([code, fetch.mock.calls.length]).toEqual([3, 0]);
    expect(err).toContain("it would get another provider's key");
  });
});
