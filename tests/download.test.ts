import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createKlingClient, resultUrls } from "@klingkit/core";
import { downloadToFile } from "@klingkit/core/node";
import { type MockServer, startMockServer } from "@klingkit/mock-server/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let server: MockServer;
let folder: string;
beforeAll(async () => {
  server = await startMockServer({ port: 0, render: "none" });
  folder = await mkdtemp(path.join(tmpdir(), "klingkit-results-"));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe("a result of the simulator, over loopback HTTP", () => {
  const client = () => createKlingClient({ apiKey: "k", baseUrl: server.url, retry: { firstDelayMs: 1 } });
  const finished = async () => {
    const task = await client().text2video.submit({ model_name: "kling-v3", prompt: "a heron" });
    server.mock.clock.advance(60_000);
    return client().text2video.get(task);
  };

  it.each(["cut-body", "wrong-length", "reset-before", "empty-body", "rate-limit", "origin-timeout", "html-502"])(
    "is whole in spite of %s",
    async (fault) => {
      const task = await finished();
      const whole = await (await fetch(resultUrls(task)[0] ?? "")).arrayBuffer();
      server.mock.rules.clear();
      server.mock.rules.add({ match: { verb: "result" }, prefer: `fault=${fault}`, times: 1 });
      const file = path.join(folder, `${fault}.mp4`);
      await downloadToFile(client(), task, file);
      expect(await readFile(file)).toEqual(Buffer.from(whole));
    },
  );

  it("is no file at all where the fault does not pass", async () => {
    const task = await finished();
    server.mock.rules.add({ match: { verb: "result" }, prefer: "fault=cut-body" });
    const file = path.join(folder, "never.mp4");
    await expect(downloadToFile(client(), task, file)).rejects.toHaveProperty("retry", "after-delay");
    expect(await readdir(folder)).not.toContain("never.mp4");
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});
