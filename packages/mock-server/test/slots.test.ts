import { dialectPath, families } from "@klingkit/spec";
import { expect, it } from "vitest";
import { ask, frozenMock } from "./helpers.js";

const prompt = "a";
const video = { prompt, model_name: "kling-v3" };
const omni = { prompt, model_name: "kling-v3-omni", aspect_ratio: "1:1" };

/** The codes of these submits, one after the other, for an account with so many slots. */
async function submit(parallelTasks: number, ...submits: readonly (readonly [keyof typeof families, object])[]) {
  const mock = frozenMock({ dialect: "kling", accounts: { "test-key": { parallelTasks } } });
  const codes = [];
  for (const [family, body] of submits)
    codes.push((await ask(mock.fetch, "POST", dialectPath(families[family].path, "kling"), { body })).body.code);
  return { mock, codes };
}

it("pictures take no slot of the videos of their model", async () => {
  const { codes } = await submit(
    1,
    ["imageGenerations", video],
    ["text2video", video],
    ["omniImage", omni],
    ["omniVideo", omni],
    ["imageGenerations", video],
    ["text2video", video],
  );
  expect(codes).toEqual([0, 0, 0, 0, 1303, 1303]);
});

it("a request that names no model takes a slot of its default model", async () => {
  const { codes } = await submit(
    1,
    ["omniVideo", { ...omni, model_name: "" }],
    ["omniVideo", { ...omni, model_name: "kling-video-o1" }],
  );
  expect(codes).toEqual([0, 1303]);
});

it("a series of auto length takes a slot for each of its pictures until it has ended", async () => {
  const series = { ...omni, result_type: "series", series_amount: "auto" };
  const { mock, codes } = await submit(4, ["omniImage", series], ["omniImage", omni]);
  expect(codes).toEqual([0, 1303]);
  mock.clock.advance(60_000);
  expect((await ask(mock.fetch, "POST", "/v1/images/omni-image", { body: series })).body.code).toBe(0);
});

it("tasks of one model take no slot of another's", async () => {
  const other = { prompt, model_name: "kling-v2-6" };
  const { codes } = await submit(1, ["text2video", video], ["text2video", other], ["text2video", other]);
  expect(codes).toEqual([0, 0, 1303]);
});
