import { readFileSync } from "node:fs";
import { klingMock } from "@klingkit/mock-server/express";
import { startMockServer } from "@klingkit/mock-server/node";
import express from "express";
import { expect, it } from "vitest";
import { image2video, minimal } from "./helpers.js";

const rocket = readFileSync(new URL("../../../examples/rocket.jpg", import.meta.url));
/** Its head says what size it has; half of its lines are missing. */
const damaged = rocket.subarray(0, rocket.length / 2).toString("base64");

it("a damaged picture does not make its result answer 500", async () => {
  await using server = await startMockServer({ port: 0, timing: { submittedMs: 0, processingMs: 0 } });
  const application = express().use("/mounted", klingMock(server.mock));
  const mounted = await new Promise<{ url: string; close(): void }>((resolve) => {
    const listener = application.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      const port = typeof address === "object" ? address?.port : undefined;
      resolve({ url: `http://127.0.0.1:${port}/mounted`, close: () => void listener.close() });
    });
  });
  for (const origin of [server.url, mounted.url]) {
    const ask = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`${origin}${path}`, { headers: { authorization: "Bearer any" }, ...init });
      return (await response.json()).data;
    };
    const body = JSON.stringify({ ...minimal, image: damaged });
    const { task_id } = await ask(image2video.cometapi, {
      method: "POST",
      body,
      headers: { authorization: "Bearer any" },
    });
    const task = await ask(`${image2video.cometapi}/${task_id}`);
    const result = await fetch(task.task_result.videos[0].url);
    expect([origin, result.status]).toEqual([origin, 422]);
    expect(await result.text()).toMatch(/damaged, cut short/);
  }
  mounted.close();
});
