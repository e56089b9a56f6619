import { expect } from "@jest/globals";
import "@klingkit/mock-server/jest";

export async function paysOnce(fetch: typeof globalThis.fetch): Promise<void> {
  expect(fetch).toHaveChargedOnce({ operation: "text2video" });
  await expect(Promise.resolve(fetch)).resolves.toHaveReceived("text2video.submit", 1);
  // @ts-expect-error a count is a number
  expect(fetch).toHaveReceived("text2video.submit", "1");
}
