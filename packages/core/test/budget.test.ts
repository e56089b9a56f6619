import { InputError } from "@klingkit/core";
import { createBudget, estimate } from "@klingkit/core/pricing";
import { describe, expect, it } from "vitest";
import { failure, networkFault, picture, refusal, standing, success, world } from "./helpers.js";

const body = { model_name: "kling-v2-6", image: picture, mode: "std", duration: "5" } as const;
const price = estimate("image2video", body).usd ?? Number.NaN;

describe("an estimate", () => {
  it("is what the price list says, and says why where it says nothing", () => {
    expect(price).toBeGreaterThan(0);
    expect(estimate("image2video", { ...body, duration: "10" }).usd).toBeCloseTo(2 * price);
    expect(estimate("image2video", { ...body, model_name: "unheard-of" })).toMatchObject({
      units: null,
      usd: null,
      reason: expect.stringContaining("unheard-of"),
    });
  });
});

describe("a budget", () => {
  it("refuses a request that is too dear before anything is sent", async () => {
    const { client, clock, sent } = world([standing("submitted")], { budget: createBudget({ maxCost: price }) });
    const error = await failure(clock, client.image2video.submit({ ...body, duration: "10" }));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code: "over-budget", message: expect.stringMatching(/^The request costs about \$/) });
    expect(sent).toEqual([]);
    await success(clock, client.image2video.submit(body));
  });

  it("lets through what it holds, to the last cent", async () => {
    const budget = createBudget({ budget: 3 * price });
    const { client, clock, posts } = world([standing("submitted")], { budget });
    for (let count = 0; count < 3; count += 1) await success(clock, client.image2video.submit(body));
    expect(await failure(clock, client.image2video.submit(body))).toMatchObject({ code: "over-budget" });
    expect(posts()).toBe(3);
    expect(budget.spent).toBeCloseTo(3 * price);
  });

  it("counts requests that run at the same time before they are answered", async () => {
    const { client, posts, clock } = world(["no answer"], { budget: createBudget({ budget: 2 * price }) });
    const calls = [1, 2, 3].map(() => client.image2video.submit(body).catch((error: unknown) => error));
    await clock.advance(1);
    expect(posts()).toBe(2);
    expect(await Promise.race(calls)).toMatchObject({ code: "over-budget" });
  });

  it("does not count what certainly came to nothing, and counts what may have been carried out", async () => {
    const budget = createBudget({ budget: 10 });
    const { client, clock } = world([refusal(400, 1201), networkFault("ECONNRESET")], { budget });
    await failure(clock, client.image2video.submit(body));
    expect(budget.spent).toBe(0);
    await failure(clock, client.image2video.submit(body));
    expect(budget.spent).toBeCloseTo(price);
  });

  it("does not count a task that was adopted instead of made again", async () => {
    const budget = createBudget({ budget: 10 });
    const { client, clock } = world([standing("submitted")], { budget });
    await success(clock, client.image2video.submit({ ...body, external_task_id: "own" }));
    await success(clock, client.image2video.submit({ ...body, external_task_id: "own" }));
    expect(budget.spent).toBeCloseTo(price);
  });

  it("refuses an unknown price, unless told otherwise", async () => {
    const request = { ...body, model_name: "unheard-of" };
    const careful = world([standing("submitted")], { budget: createBudget({ budget: 100 }) });
    expect(await failure(careful.clock, careful.client.image2video.submit(request))).toMatchObject({
      code: "price-unknown",
    });
    expect(careful.sent).toEqual([]);
    const easy = world([standing("submitted")], { budget: createBudget({ budget: 100, unknownPrices: "allow" }) });
    await success(easy.clock, easy.client.image2video.submit(request));
  });

  it("refuses a request whose price is unknown also where the option is misspelt: it allowed any number of them", async () => {
    const budget = createBudget({ budget: 0, unknownPrices: "Refuse" as "refuse" });
    const { client, clock, sent } = world([standing("submitted")], { budget });
    const unpriced = { model_name: "kling-v99", image: picture } as never;
    expect(await failure(clock, client.image2video.submit(unpriced))).toMatchObject({ code: "price-unknown" });
    expect(sent).toEqual([]);
  });

  it("holds for calls that are answered at once, and not for queries", async () => {
    const { client, clock, sent } = world([standing("succeed")], { budget: createBudget({ maxCost: 0 }) });
    const speech = { text: "Hello", voice_id: "oversea_male1", voice_language: "en" } as const;
    expect(await failure(clock, client.tts(speech))).toMatchObject({ code: "over-budget" });
    expect(sent).toEqual([]);
    await success(clock, client.image2video.get("1"));
  });

  it.each([-1, Number.NaN, "5"])("of %j is none", (amount) => {
    expect(() => createBudget({ budget: amount as number })).toThrow(InputError);
    expect(() => createBudget({ maxCost: amount as number })).toThrow(InputError);
  });
});
