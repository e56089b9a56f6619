import { createKlingClient, type KlingClient, resultUrls } from "@klingkit/core";
import { createCallbackHandler } from "@klingkit/core/callbacks";
import { prepare } from "@klingkit/core/inputs";
import { downloadToFile, fileTaskStore } from "@klingkit/core/node";
import { preflight } from "@klingkit/core/preflight";
import { createBudget } from "@klingkit/core/pricing";
import { createMock } from "@klingkit/mock-server";
import { klingMock } from "@klingkit/mock-server/express";
import { mockMatchers } from "@klingkit/mock-server/matchers";
import { startMockServer } from "@klingkit/mock-server/node";
import { families } from "@klingkit/spec/families";
import { checkRequest } from "@klingkit/spec/rules";

export async function main(): Promise<readonly unknown[]> {
  const mock = createMock({ seed: 1 });
  const options = { apiKey: "k", fetch: mock.fetch, preflight, prepare, budget: createBudget({ budget: 5 }) };
  const kling: KlingClient = createKlingClient({ ...options, taskStore: fileTaskStore("tasks") });
  const task = await kling.image2video.generate({ model_name: "kling-v2-6", image: "https://example.com/a.jpg" });
  const { size } = await downloadToFile(kling, task, "a.mp4");
  // @ts-expect-error no field has this type
  await kling.image2video.submit({ image: 5 });
  const receive = createCallbackHandler({ client: kling, token: "0123456789abcdef", onTask: () => {} });
  const used = [klingMock(mock), mockMatchers, startMockServer, families.image2video.path, checkRequest, receive];
  return [size, resultUrls(task), ...used];
}
