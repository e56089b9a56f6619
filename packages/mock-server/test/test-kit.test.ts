import { createMockFetch, type Mock } from "@klingkit/mock-server";
import { startMockServer } from "@klingkit/mock-server/node";
import { test } from "@klingkit/mock-server/vitest";
import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const submit = (mock: Mock, body: object = {}, prefer?: string) =>
  ask(mock.fetch, "POST", image2video.cometapi, {
    body: { ...minimal, ...body },
    ...(prefer === undefined ? {} : { headers: { prefer } }),
  });

/** What a failing expectation says. */
function complaint(expectation: () => void): string {
  try {
    expectation();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("The expectation did not fail.");
}

describe("toHaveChargedOnce", () => {
  it("counts charges that fit, and shows what was charged", async () => {
    const mock = frozenMock();
    expect(complaint(() => expect(mock).toHaveChargedOnce())).toBe(
      "Expected one charge, but it was charged 0 times.\nThere are no charges at all.",
    );
    const { task_id } = taskOf(await submit(mock, { external_task_id: "shot-1" }));
    expect(mock).toHaveChargedOnce();
    expect(mock).toHaveChargedOnce({ externalTaskId: /^shot-/, units: 1.5, taskId: task_id });
    expect(mock).not.toHaveChargedOnce({ operation: "text2video" });
    await submit(mock, { external_task_id: "shot-2" });
    expect(mock).not.toHaveChargedOnce();
    expect(complaint(() => expect(mock).toHaveChargedOnce({ externalTaskId: /shot/ }))).toMatch(
      new RegExp(
        `^Expected one charge \\{"externalTaskId":"/shot/"\\}, but it was charged 2 times\\.\nThe charges:\n {2}image2video ${task_id} \\(shot-1\\): 1\\.5 units of account-1\n`,
      ),
    );
    expect(complaint(() => expect(mock).not.toHaveChargedOnce({ externalTaskId: "shot-1" }))).toContain("anything but");
  });
});

describe("toHaveNoDuplicateCharges", () => {
  it("names the second charge for one intention", async () => {
    const mock = frozenMock();
    const first = submit(mock, {}, "fault=reset-after-accept");
    await expect(first).rejects.toThrow();
    expect(mock).toHaveNoDuplicateCharges();
    await submit(mock);
    const [charge] = mock.ledger.charges;
    expect(complaint(() => expect(mock).toHaveNoDuplicateCharges())).toMatch(
      new RegExp(`one was charged again\\.[\\s\\S]*, a second time for what ${charge?.taskId} was for$`),
    );
  });
});

describe("toHaveReceived", () => {
  it("finds requests by route, fields and body, and counts them", async () => {
    const mock = frozenMock();
    await submit(mock, { mode: "pro" }, "code=1303");
    await submit(mock, { element_list: [{ element_id: "1" }], model_name: "kling-v3" });
    expect(mock).toHaveReceived();
    expect(mock).toHaveReceived("image2video.submit", 2);
    expect(mock).toHaveReceived({ status: 429, body: { mode: "pro" }, preference: /1303/ }, 1);
    expect(mock).toHaveReceived({ body: { element_list: [{ element_id: expect.any(String) }] } }, 1);
    expect(mock).toHaveReceived({ headers: { authorization: "redacted" } }, 2);
    expect(mock).toHaveReceived({ body: /kling-v3/ }, 1);
    expect(mock).not.toHaveReceived({ body: { element_list: [] } });
    expect(mock).not.toHaveReceived("image2video.get");
    expect(mock).not.toHaveReceived("image2video.submit", 1);
    expect(complaint(() => expect(mock).toHaveReceived("image2video.get"))).toBe(
      [
        'Expected to receive a request {"route":"image2video.get"}, but it never came.',
        "The requests:",
        "  1. POST /kling/v1/videos/image2video (image2video.submit): 429, code=1303",
        "  2. POST /kling/v1/videos/image2video (image2video.submit): 200",
      ].join("\n"),
    );
    expect(complaint(() => expect(mock).not.toHaveReceived("image2video.submit"))).toContain("came 2 times");
  });

  it("shows only the latest of many", async () => {
    const mock = frozenMock();
    for (let index = 0; index < 25; index += 1) await submit(mock, {}, "code=1303");
    const lines = complaint(() => expect(mock).toHaveReceived("tts.call")).split("\n");
    expect(lines).toHaveLength(22);
    expect(lines[1]).toBe("The latest 20 of 25 requests:");
  });
});

describe("toHaveDelivered", () => {
  it("counts what was taken, and says what is still to come", async () => {
    const mock = frozenMock({ callbackFetch: async () => new Response(null, { status: 204 }) });
    await submit(mock, { callback_url: "http://127.0.0.1:9/" });
    expect(complaint(() => expect(mock).toHaveDelivered("succeed"))).toContain("mock.clock.advance");
    mock.clock.advance(60_000);
    await mock.callbacks.settled();
    expect(mock).toHaveDelivered("succeed", 1);
    expect(mock).toHaveDelivered({ attempt: 1 }, 3);
    expect(mock).not.toHaveDelivered({ status: "failed" });
    expect(mock).not.toHaveDelivered({ outcome: "refused" });
    expect(complaint(() => expect(mock).toHaveDelivered("failed"))).toContain(
      "succeed, send 1 to http://127.0.0.1:9/: taken with 204",
    );
  });
});

describe("a log that has dropped entries", () => {
  const unsure = (what: string, option: string) =>
    expect.stringMatching(`^This can't be told: \\d+ ${what} are not kept any more\\. Give a higher ${option}\\.$`);

  it("is not taken for the whole: a submit before many queries is neither absent nor counted", async () => {
    const mock = frozenMock({ maxRequests: 5 });
    const { task_id } = taskOf(await submit(mock));
    for (let count = 0; count < 6; count += 1) await ask(mock.fetch, "GET", `${image2video.cometapi}/${task_id}`);
    expect(complaint(() => expect(mock).toHaveReceived("image2video.submit"))).toEqual(
      unsure("requests", "maxRequests"),
    );
    expect(complaint(() => expect(mock).not.toHaveReceived("image2video.submit"))).toEqual(
      unsure("requests", "maxRequests"),
    );
    expect(complaint(() => expect(mock).toHaveReceived("image2video.submit", 1))).toEqual(
      unsure("requests", "maxRequests"),
    );
    // What the rest proves is told.
    expect(mock).toHaveReceived("image2video.get");
    expect(mock).not.toHaveReceived("image2video.get", 1);
    mock.reset();
    expect(mock).not.toHaveReceived("image2video.submit");
  });

  it("is the whole where an account's entries were removed by a reset", async () => {
    const mock = frozenMock();
    await submit(mock);
    mock.reset("account-1");
    expect(mock).not.toHaveReceived("image2video.submit");
  });

  it("of callbacks is not taken for the whole either", async () => {
    const mock = frozenMock({ maxDeliveries: 1, callbackFetch: async () => new Response(null) });
    await submit(mock, { callback_url: "http://127.0.0.1:4999/hook" });
    mock.clock.advance(60_000);
    await mock.callbacks.settled();
    expect(complaint(() => expect(mock).toHaveDelivered("submitted"))).toEqual(unsure("deliveries", "maxDeliveries"));
    expect(mock).toHaveDelivered("succeed");
  });
});

describe("matchers", () => {
  it("take a server or a fetch for its simulator, and nothing else", async () => {
    const fetch = createMockFetch({ seed: 3 });
    await submit(fetch.mock);
    expect(fetch).toHaveChargedOnce();
    await using server = await startMockServer({ port: 0, render: "none" });
    expect(server).not.toHaveReceived();
    for (const other of [undefined, null, 5, {}, { mock: {} }])
      expect(() => expect(other).toHaveChargedOnce()).toThrow("needs a simulator");
  });
});

describe("the fixture", () => {
  let before: Mock | undefined;

  test("is a simulator whose clock stands still", async ({ mock }) => {
    before = mock;
    expect(mock.clock.frozen).toBe(true);
    await submit(mock, { callback_url: "http://127.0.0.1:9/" });
    expect(mock.callbacks.pending).toBeGreaterThan(0);
  });

  test("is another one for the next test, and the last one has nothing left to send", ({ mock }) => {
    expect(mock).not.toBe(before);
    expect(before?.callbacks.pending).toBe(0);
    expect(mock).not.toHaveReceived();
  });

  describe("with options of a suite's own", () => {
    test.override({ mockOptions: { dialect: "kling" } });
    test("is of that kind", ({ mock }) => expect(mock.dialect).toBe("kling"));
  });
});
