import { afterEach, describe, expect, it, vi } from "vitest";
import { picture, standing, success, TestClock, taskId } from "./helpers.js";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** A client of a fresh module, whose fetch remembers what it was told. */
async function freshClient() {
  vi.resetModules();
  const { createKlingClient } = await import("@klingkit/core");
  const told: RequestInit[] = [];
  const clock = new TestClock();
  const fetch: typeof globalThis.fetch = async (_address, init) => {
    told.push(init ?? {});
    return standing("succeed")();
  };
  return { client: createKlingClient({ apiKey: "sk-test-key", fetch, clock }), clock, told };
}

describe("a framework's cache answered every poll with the first answer, and a wait never ended", () => {
  it("no request may be answered from one", async () => {
    const { client, clock, told } = await freshClient();
    await success(clock, client.image2video.generate({ image: picture }));
    expect(told.map(({ method, cache }) => [method, cache])).toEqual([
      ["POST", "no-store"],
      ["GET", "no-store"],
    ]);
  });

  it("a runtime that throws at the word, as older workerd does, is not told it", async () => {
    class OlderRequest extends Request {
      constructor(input: RequestInfo | URL, init?: RequestInit) {
        if (init?.cache) throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
        super(input, init);
      }
    }
    vi.stubGlobal("Request", OlderRequest);
    const { client, clock, told } = await freshClient();
    await success(clock, client.image2video.get(taskId));
    await success(clock, client.image2video.get(taskId));
    expect(told).toHaveLength(2);
    expect(told.some((init) => "cache" in init)).toBe(false);
  });
});
