import { mockMatchers } from "@klingkit/mock-server/matchers";
import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const kling = (options = {}) => frozenMock({ dialect: "kling", ...options });
type KlingMock = ReturnType<typeof kling>;

const post = (mock: KlingMock, path: string, body: object, prefer = "") =>
  ask(mock.fetch, "POST", path, { body, headers: prefer === "" ? {} : { prefer } });
const get = (mock: KlingMock, path: string) => ask(mock.fetch, "GET", path);
const create = (mock: KlingMock, prefer = "") => post(mock, image2video.kling, minimal, prefer);
const states = (mock: KlingMock) => mock.ledger.charges.map(({ state, settledAt }) => [state, settledAt !== null]);
const passes = (name: "toHaveChargedOnce" | "toHaveNoDuplicateCharges", mock: KlingMock, expected?: object) =>
  mockMatchers[name](mock, expected).pass;

/** Makes a video. @returns its id */
async function finishedVideo(mock: KlingMock, body: object): Promise<string> {
  const path = image2video.kling;
  const { task_id } = taskOf(await post(mock, path, { image: minimal.image, ...body }));
  mock.clock.advance(60_000);
  const { task_result } = taskOf(await get(mock, `${path}/${task_id}`));
  return (task_result as { videos: { id: string }[] }).videos[0]?.id ?? "";
}

describe("a task's charge", () => {
  it("is reserved while it runs, and charged when it succeeds", async () => {
    const mock = kling();
    const { task_id } = taskOf(await create(mock));
    expect(states(mock)).toEqual([["reserved", false]]);
    expect([mock.ledger.total, mock.ledger.reserved]).toEqual([0, 1.5]);
    mock.clock.advance(60_000);
    expect(states(mock)).toEqual([["charged", true]]);
    expect([mock.ledger.total, mock.ledger.reserved, mock.ledger.sums("charged").usd]).toEqual([1.5, 0, 0.21]);
    const done = taskOf(await get(mock, `${image2video.kling}/${task_id}`));
    expect(done).toMatchObject({ final_unit_deduction: "1.5", final_balance_deduction: { list_price: "0.21" } });
    expect(mock.ledger.charges[0]?.settledAt).toBe(done.updated_at);
  });

  it("is nothing when it fails, and the failed body says nothing of it", async () => {
    const mock = kling();
    const { task_id } = taskOf(await create(mock, "scenario=risk-control"));
    mock.clock.advance(60_000);
    expect(states(mock)).toEqual([["released", true]]);
    expect([mock.ledger.total, mock.ledger.reserved]).toEqual([0, 0]);
    const failed = taskOf(await get(mock, `${image2video.kling}/${task_id}`));
    expect(failed.task_status).toBe("failed");
    expect(failed).not.toHaveProperty("final_unit_deduction");
  });

  it("is taken at the create, and kept on a failure, where the switches say so", async () => {
    const early = kling({ chargeAt: "create" });
    await create(early, "scenario=risk-control");
    expect([early.ledger.total, states(early)]).toEqual([1.5, [["charged", true]]]);
    early.clock.advance(60_000);
    expect([early.ledger.total, states(early)]).toEqual([0, [["released", true]]]);

    const kept = kling({ chargeFailed: true });
    await create(kept, "scenario=risk-control");
    expect(kept.ledger.total).toBe(0);
    kept.clock.advance(60_000);
    expect(kept.ledger.total).toBe(1.5);

    const both = kling({ chargeAt: "create", chargeFailed: true });
    await create(both, "scenario=risk-control");
    both.clock.advance(60_000);
    expect(both.ledger.total).toBe(1.5);
  });

  it("counts for matchers and duplicates whatever becomes of it, and can be told by its state", async () => {
    const mock = kling();
    await create(mock, "scenario=risk-control");
    expect(passes("toHaveChargedOnce", mock)).toBe(true);
    mock.clock.advance(60_000);
    expect(passes("toHaveChargedOnce", mock, { state: "released" })).toBe(true);
    expect(passes("toHaveChargedOnce", mock, { state: "charged" })).toBe(false);
    await create(mock);
    expect(passes("toHaveNoDuplicateCharges", mock)).toBe(false);
  });

  it("stays as it stood when its task is forgotten", async () => {
    const mock = kling({ maxTasks: 1 });
    await create(mock);
    mock.clock.advance(60_000);
    await create(mock);
    expect(states(mock)).toEqual([["reserved", false]]);
    expect(mock.ledger.carried).toMatchObject([{ state: "charged", count: 1 }]);
    const again = kling();
    again.restore(mock.snapshot());
    expect([again.ledger.charges, again.ledger.carried]).toEqual([mock.ledger.charges, mock.ledger.carried]);
  });
});

describe("an account's units", () => {
  const limited = () => kling({ accounts: { "test-key": { units: 4 } } });

  it("are taken when tasks succeed, given back when they fail, and not promised twice", async () => {
    const mock = limited();
    await create(mock);
    await create(mock, "scenario=risk-control");
    expect((await create(mock)).body).toMatchObject({ code: 1102 });
    expect(mock.accounts.list()).toMatchObject([{ unitsBought: 4, unitsLeft: 4 }]);
    mock.clock.advance(60_000);
    expect(mock.accounts.list()).toMatchObject([{ unitsLeft: 2.5 }]);
    expect((await create(mock)).status).toBe(200);
  });

  it("pay for what they are enough for: three times a tenth of 0.3, whose sum is not exact in binary", async () => {
    const mock = kling({ accounts: { "test-key": { units: 0.3 } } });
    const recognize = async () => (await post(mock, "/v1/videos/image-recognize", { image: minimal.image })).body.code;
    expect([await recognize(), await recognize(), await recognize(), await recognize()]).toEqual([0, 0, 0, 1102]);
    expect(mock.accounts.list()[0]?.unitsLeft).toBe(0);
  });

  it("pay for tasks that run at once in the same way, and are shown without a binary tail", async () => {
    const mock = kling({ accounts: { "test-key": { units: 0.3 } } });
    const voice = { voice_name: "a", voice_url: "https://media.example.com/a.mp3" };
    const codes = [];
    for (let count = 0; count < 7; count += 1)
      codes.push((await post(mock, "/v1/general/custom-voices", voice)).body.code);
    expect(codes).toEqual([0, 0, 0, 0, 0, 0, 1102]);
    mock.clock.advance(60_000);
    expect(mock.accounts.list()[0]?.unitsLeft).toBe(0);
  });

  it("are the same after a restore", async () => {
    const mock = limited();
    await create(mock);
    mock.clock.advance(60_000);
    await create(mock);
    const again = kling();
    again.restore(mock.snapshot());
    expect(again.accounts.list()).toMatchObject([{ unitsLeft: 2.5 }]);
    again.clock.advance(60_000);
    expect(again.accounts.list()).toMatchObject([{ unitsLeft: 1 }]);
  });

  it("that were bought again are not charged for what came before", async () => {
    const mock = limited();
    await create(mock);
    mock.clock.advance(60_000);
    mock.accounts.set("test-key", { units: 10 });
    expect(mock.accounts.list()).toMatchObject([{ unitsLeft: 10 }]);
  });
});

describe("what costs nothing", () => {
  it("is not refused to an account in arrears: it can still ask what it was charged, and delete", async () => {
    const mock = kling();
    const send = (path: string, body: object) =>
      ask(mock.fetch, "POST", path, { body, headers: { authorization: "Bearer test-arrears" } });
    expect((await send("/account/billing/balance", {})).status).toBe(200);
    expect((await send("/v1/general/delete-voices", { voice_id: "1" })).status).toBe(200);
    expect((await send("/v1/videos/image-recognize", { image: minimal.image })).body).toMatchObject({ code: 1101 });
  });

  it("makes no row: two reads of preset voices are no duplicate charge", async () => {
    const mock = kling();
    await get(mock, "/v1/general/presets-voices");
    await get(mock, "/v1/general/presets-voices");
    await get(mock, "/account/costs?start_time=1790000000000&end_time=1795000000000");
    await post(mock, "/v1/general/delete-voices", { voice_id: "1" });
    await post(mock, "/v1/videos/multi-elements/init-selection", { video_url: "https://media.example.com/a.mp4" });
    expect(mock.ledger.charges).toEqual([]);
    await create(mock);
    expect(passes("toHaveChargedOnce", mock)).toBe(true);
    expect(passes("toHaveNoDuplicateCharges", mock)).toBe(true);
  });

  it("is not a call that has a price", async () => {
    const mock = kling();
    await post(mock, "/v1/videos/image-recognize", { image: minimal.image });
    expect(mock.ledger.charges).toMatchObject([{ operation: "imageRecognize", units: 0.1, state: "charged" }]);
  });
});

describe("an unpriced task was charged", () => {
  it("its row has no price and takes no units, whatever becomes of it, and nothing says that it was deducted", async () => {
    for (const accounts of [{}, { "test-key": { units: 3 } }]) {
      const mock = kling({ accounts, discontinued: "accept" });
      const body = { model_name: "kling-v1", prompt: "a heron" };
      const { task_id } = taskOf(await post(mock, "/v1/images/generations", body));
      await post(mock, "/v1/images/generations", body, "scenario=risk-control");
      expect(states(mock)).toEqual([
        ["reserved", false],
        ["reserved", false],
      ]);
      expect(mock.ledger.sums("reserved")).toEqual({ units: 0, usd: 0 });
      mock.clock.advance(60_000);
      expect(mock.ledger.charges[0]).toMatchObject({ state: "charged", units: null, usd: null });
      expect(mock.ledger.sums("charged")).toEqual({ units: 0, usd: 0 });
      const done = taskOf(await get(mock, `/v1/images/generations/${task_id}`));
      expect(done.task_status).toBe("succeed");
      expect(done).not.toHaveProperty("final_unit_deduction");
      for (const which of ["balance", "package"])
        expect((await post(mock, `/account/billing/${which}`, {})).body).toMatchObject({ data: { count: 0 } });
      const units = "test-key" in accounts ? 3 : Number.POSITIVE_INFINITY;
      expect(mock.accounts.list()[0]?.unitsLeft).toBe(units);
    }
  });
});

describe("prices of what a request does not say itself", () => {
  it("are those of the length that the simulator answers", async () => {
    const mock = kling();
    const media = { image: "https://media.example.com/a.jpg", sound_file: "https://media.example.com/a.mp3" };
    await post(mock, "/v1/videos/avatar/image2video", media);
    await post(mock, "/v1/videos/motion-control", {
      image_url: media.image,
      video_url: "https://media.example.com/a.mp4",
      character_orientation: "video",
      mode: "pro",
    });
    await post(mock, "/v1/images/omni-image", { prompt: "a", result_type: "series", series_amount: "auto" });
    expect(mock.ledger.charges.map(({ operation, units }) => [operation, units])).toEqual([
      ["avatar", 2],
      ["motionControl", 4],
      ["omniImage", 8],
    ]);
  });

  it.each([
    ["omni-image", { model_name: "kling-v3-omni", series_amount: "auto" }, 8, 1],
    ["omni-image", { model_name: "kling-v3-omni", result_type: "single", n: 2, series_amount: "auto" }, 16, 2],
    ["generations", { model_name: "kling-v3", result_type: "series", n: 2, series_amount: "auto" }, 16, 2],
  ])(
    "are those of single pictures where only other fields tell of a series: %s %j",
    async (path, body, units, count) => {
      const mock = kling();
      const { task_id } = taskOf(await post(mock, `/v1/images/${path}`, { prompt: "a", ...body }));
      mock.clock.advance(60_000);
      const { task_result } = taskOf(await get(mock, `/v1/images/${path}/${task_id}`));
      expect([mock.ledger.total, (task_result as { images?: unknown[] }).images?.length]).toEqual([units, count]);
    },
  );

  it.each([
    ["std", 2],
    ["pro", 3.5],
  ])("are those of the parent's mode for video-extend: %s", async (mode, units) => {
    const mock = kling({ discontinued: "accept" });
    const parent = taskOf(
      await post(mock, "/v1/videos/text2video", { model_name: "kling-v1-6", prompt: "a", mode }),
    ).task_id;
    mock.clock.advance(60_000);
    const { task_result } = taskOf(await get(mock, `/v1/videos/text2video/${parent}`));
    const video = (task_result as { videos: { id: string }[] }).videos[0];
    const extended = taskOf(await post(mock, "/v1/videos/video-extend", { video_id: video?.id }));
    mock.clock.advance(60_000);
    expect(taskOf(await get(mock, `/v1/videos/video-extend/${extended.task_id}`))).toMatchObject({
      final_unit_deduction: String(units),
    });
    expect(mock.ledger.charges.at(-1)).toMatchObject({ units });
  });

  it("are those of the first video's mode, however often it was extended", async () => {
    const mock = kling({ discontinued: "accept" });
    let video_id = await finishedVideo(mock, { model_name: "kling-v1-6", mode: "pro" });
    for (const _ of [1, 2, 3]) {
      const extended = taskOf(await post(mock, "/v1/videos/video-extend", { video_id }));
      mock.clock.advance(60_000);
      const { task_result } = taskOf(await get(mock, `/v1/videos/video-extend/${extended.task_id}`));
      video_id = (task_result as { videos: { id: string }[] }).videos[0]?.id ?? "";
    }
    const extensions = mock.ledger.charges.filter(({ operation }) => operation === "videoExtend");
    expect(extensions.map(({ units }) => units)).toEqual([3.5, 3.5, 3.5]);
  });

  it("are those of the parent's mode for video-extend, though newer tasks have smaller ids: the clock was set back", async () => {
    const mock = kling({ discontinued: "accept" });
    const video_id = await finishedVideo(mock, { model_name: "kling-v1-6", mode: "pro" });
    mock.clock.restore(mock.clock.now() - 3_600_000, true);
    await create(mock);
    await post(mock, "/v1/videos/video-extend", { video_id });
    expect(mock.ledger.charges.at(-1)).toMatchObject({ operation: "videoExtend", units: 3.5 });
  });
});

describe("a video-extend", () => {
  it.each([
    ["kling-v3", 400],
    ["kling-v2-6", 400],
    ["kling-v1-6", 200],
    [undefined, 200],
  ])("continues a video only where its model allows that: %s", async (model_name, status) => {
    const mock = kling({ discontinued: "accept" });
    const video_id = await finishedVideo(mock, model_name === undefined ? {} : { model_name });
    const answer = await post(mock, "/v1/videos/video-extend", { video_id });
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.message).toContain("video_id is not supported");
    expect(mock.ledger.charges).toHaveLength(status === 200 ? 2 : 1);
  });

  it("is refused by the parent's model under cometapi, where the parent is named by its task", async () => {
    const mock = frozenMock({ discontinued: "accept" });
    const extend = async (model_name: string) => {
      const parent = await post(mock, image2video.cometapi, { ...minimal, model_name });
      const { task_id } = taskOf(parent);
      return post(mock, "/kling/v1/videos/video-extend", { task_id, video_id: "1" });
    };
    expect((await extend("kling-v3")).status).toBe(400);
    expect((await extend("kling-v1-6")).status).toBe(200);
  });
});

describe("the two billing calls", () => {
  const rows = async (mock: KlingMock, which: string, body: object = {}) =>
    (await post(mock, `/account/billing/${which}`, body)).body.data as {
      result: { detail: { task_id: string; deduction_amount: string; deduction_time: number }[] };
      count: number;
      next_cursor: string;
      has_more: boolean;
    };

  it("show what the ledger charged, from the pack of an account that has one, else from the balance", async () => {
    for (const [options, which, amount] of [
      [{}, "balance", "0.21"],
      [{ accounts: { "test-key": { units: 10 } } }, "package", "1.5"],
    ] as const) {
      const mock = kling(options);
      await create(mock);
      await create(mock, "scenario=risk-control");
      expect((await rows(mock, which)).count).toBe(0);
      mock.clock.advance(60_000);
      const { result, count, has_more } = await rows(mock, which);
      const [charge] = mock.ledger.charges;
      expect(result.detail).toMatchObject([
        { task_id: charge?.taskId, deduction_amount: amount, deduction_time: charge?.settledAt },
      ]);
      expect([count, has_more]).toEqual([1, false]);
      expect((await rows(mock, which === "package" ? "balance" : "package")).count).toBe(0);
    }
  });

  it("say what was left, as the account has it, though units were bought in the millisecond of an earlier charge", async () => {
    const mock = kling({ chargeAt: "create", accounts: { "test-key": { units: 50 } } });
    await create(mock);
    mock.accounts.set("test-key", { units: 10 });
    await create(mock);
    await create(mock);
    const { result } = await rows(mock, "package");
    const left = (result.detail as Record<string, unknown>[]).map((row) => [
      row.balance_before_deduction,
      row.balance_after_deduction,
    ]);
    expect(left).toEqual([
      ["8.5", "7"],
      ["10", "8.5"],
      ["10", "10"],
    ]);
    expect(mock.accounts.list()[0]?.unitsLeft).toBe(7);
  });

  it("name no model where a request carried a number that its operation does not know", async () => {
    const mock = kling();
    await post(mock, "/v1/videos/lip-sync", {
      model_name: 5,
      input: { video_id: "1", mode: "text2video", text: "hi", voice_id: "oversea_male1", voice_language: "en" },
    });
    mock.clock.advance(60_000);
    expect((await rows(mock, "balance")).result.detail).toMatchObject([
      { product_function: "lipSync", model_name: null },
    ]);
  });

  it.each([
    [{ filters: 5 }],
    [{ filters: [null] }],
    [{ filters: [{ key: "model_name", values: 1 }] }],
    [{ limit: -1, skip: -1 }],
    [{ limit: "x", skip: 0.5 }],
    [{ start_time: {} }],
    [7],
    [null],
  ])("take a cursor of somebody else's for none: %j", async (cursor) => {
    const mock = kling();
    await create(mock);
    mock.clock.advance(60_000);
    expect(await rows(mock, "balance", { cursor: btoa(JSON.stringify(cursor)) })).toMatchObject({
      result: { detail: [{ task_id: mock.ledger.charges[0]?.taskId }] },
      count: 1,
      has_more: false,
    });
  });

  it("turn pages by their cursor, and take a period and filters", async () => {
    const mock = kling({ accounts: { "test-key": { units: 100 } } });
    for (let index = 0; index < 3; index += 1) {
      await create(mock);
      mock.clock.advance(60_000);
    }
    const first = await rows(mock, "package", { limit: 2 });
    const second = await rows(mock, "package", { cursor: first.next_cursor });
    const seen = [...first.result.detail, ...second.result.detail];
    expect(seen.map(({ task_id }) => task_id)).toEqual(mock.ledger.charges.map(({ taskId }) => taskId).reverse());
    expect([first.has_more, second.has_more, second.next_cursor]).toEqual([true, false, ""]);
    const oldest = seen.at(-1)?.deduction_time ?? 0;
    expect((await rows(mock, "package", { start_time: 0, end_time: oldest })).count).toBe(1);
    const filters = [{ key: "model_name", values: ["kling-v3"] }];
    expect((await rows(mock, "package", { filters })).count).toBe(0);
  });
});
