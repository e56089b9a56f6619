import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video } from "./helpers.js";
import { submit } from "./state-kit.js";

const path = image2video.cometapi;
const day = 24 * 3_600_000;

/** Ids that the list shows, newest first. */
async function listed(mock: ReturnType<typeof frozenMock>, query = ""): Promise<string[]> {
  const { body } = await ask(mock.fetch, "GET", `${path}${query}`);
  return (body.data as { task_id: string }[]).map(({ task_id }) => task_id);
}

describe("expired tasks were listed", () => {
  it("a list leaves them out as a query does, from 30 days after their end on", async () => {
    const mock = frozenMock({ list: true });
    const old = await submit(mock);
    mock.clock.advance(29 * day);
    const young = await submit(mock);
    expect(await listed(mock)).toEqual([young, old]);
    mock.clock.advance(day + 11_000);
    expect(await listed(mock)).toEqual([young]);
    expect(await listed(mock, "?pageSize=1&pageNum=2")).toEqual([]);
  });
});

describe("pages of rows", () => {
  const kling = () => frozenMock({ dialect: "kling" });
  const rowsOf = async (mock: ReturnType<typeof kling>, path: string) => (await ask(mock.fetch, "GET", path)).body.data;

  it.each(["/v1/general/presets-voices", "/v1/general/advanced-presets-elements"])(
    "end: after the last preset a page is empty, so that a caller who turns pages comes to an end: %s",
    async (path) => {
      const mock = kling();
      expect(await rowsOf(mock, `${path}?pageNum=1&pageSize=10`)).toHaveLength(1);
      expect(await rowsOf(mock, `${path}?pageNum=2&pageSize=10`)).toEqual([]);
    },
  );

  it("are as long as the contract lets them be: 1000 voices, 500 of the others", async () => {
    const mock = kling();
    const status = async (path: string) => (await ask(mock.fetch, "GET", path)).status;
    expect(await status("/v1/general/custom-voices?pageSize=1000")).toBe(200);
    expect(await status("/v1/general/custom-voices?pageSize=1001")).toBe(400);
    expect(await status("/v1/videos/text2video?pageSize=500")).toBe(200);
    for (const wrong of ["pageSize=501", "pageSize=0", "pageNum=1001", "pageNum=x"])
      expect(await status(`/v1/videos/text2video?${wrong}`), wrong).toBe(400);
  });
});

describe("dropped tasks were left in their list", () => {
  it("a list shows those that are kept, each account and operation its own", async () => {
    const mock = frozenMock({ list: true, maxTasks: 3 });
    const ids: string[] = [];
    for (let count = 0; count < 8; count += 1) {
      ids.push(await submit(mock));
      expect(await listed(mock)).toEqual(ids.slice(-3).reverse());
      expect(await listed(mock, "?pageSize=2&pageNum=2")).toEqual(ids.slice(-3).reverse().slice(2));
    }
    const other = await submit(mock, {}, "another-key");
    expect(await listed(mock)).toEqual(ids.slice(-2).reverse());
    await ask(mock.fetch, "POST", "/kling/v1/videos/text2video", { body: { model_name: "kling-v2-6", prompt: "a" } });
    expect(await listed(mock)).toEqual(ids.slice(-1));
    expect(mock.tasks.size).toBe(3);
    expect(mock.tasks.byId(other)?.account).toBe("account-2");
  });

  it("the own id of a dropped task may be used again, and names the later task", async () => {
    const mock = frozenMock({ list: true, maxTasks: 2 });
    const [first] = [await submit(mock, { external_task_id: "mine" }), await submit(mock)];
    await submit(mock);
    expect((await ask(mock.fetch, "GET", `${path}/${first}`)).status).not.toBe(200);
    const again = await submit(mock, { external_task_id: "mine" });
    await submit(mock);
    expect(mock.tasks.find("account-1", "mine")?.id).toBe(again);
  });
});
