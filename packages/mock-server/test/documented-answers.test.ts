import { describe, expect, it } from "vitest";
import { ask, frozenMock, minimal, taskOf } from "./helpers.js";

const kling = (options = {}) => frozenMock({ dialect: "kling", ...options });

describe("answers that the provider's documents and recorded bodies show", () => {
  it.each(["kling-video-o3", "kling-v3-0"])("refuse the model %s in the recorded words", async (model_name) => {
    const body = { model_name, prompt: "a", aspect_ratio: "1:1" };
    const answer = await ask(kling().fetch, "POST", "/v1/videos/omni-video", { body });
    expect([answer.status, answer.body.code, answer.body.message]).toEqual([
      400,
      1201,
      `model_name value '${model_name}' is invalid`,
    ]);
  });

  it.each([
    ["videos/image2video", { ...minimal, model_name: "kling-v3-omni" }],
    [
      "videos/effects",
      { effect_scene: "skateskate", input: { image: minimal.image, duration: "5", model_name: "kling-v9" } },
    ],
  ])("refuse a model that %s of the gateway does not serve in the recorded words", async (path, body) => {
    const answer = await ask(frozenMock().fetch, "POST", `/kling/v1/${path}`, { body });
    const error = answer.body.error as { readonly message: string };
    expect(error.message).toMatch(/^invalid model name \(request id: \w+\)$/);
    expect(answer.headers.get("klingkit-unverified")).toBe("unknown-model");
  });

  it("tell no cost of calls whose documented answers have none", async () => {
    const mock = kling({ accounts: { "test-key": { units: 10 } } });
    const session_id = "1";
    const calls = [
      ["GET", "/account/costs?start_time=1&end_time=2"],
      ["POST", "/account/billing/package", {}],
      ["POST", "/account/billing/balance", {}],
      ["POST", "/v1/general/delete-voices", { voice_id: "1" }],
      ["POST", "/v1/videos/multi-elements/clear-selection", { session_id }],
      ["POST", "/v1/videos/multi-elements/preview-selection", { session_id }],
    ] as const;
    for (const [method, path, body] of calls) {
      const { data } = (await ask(mock.fetch, method, path, { body })).body;
      expect(Object.keys(data as object), path).not.toContain("final_unit_deduction");
      expect(Object.keys(data as object), path).not.toContain("final_balance_deduction");
    }
    const points = [{ x: 0.5, y: 0.5 }];
    const body = { session_id, frame_index: 0, points };
    const added = await ask(mock.fetch, "POST", "/v1/videos/multi-elements/add-selection", { body });
    expect(taskOf(added).final_unit_deduction).toBe("0");
  });
});

describe("a field that an operation does not have", () => {
  const effect = { effect_scene: "skateskate", input: { image: minimal.image } };

  it.each([[{ enabled: true }], ["yes"], [[]]])(
    "changes nothing in its answers: watermark_info %j on effects",
    async (info) => {
      const mock = kling();
      const { task_id } = taskOf(
        await ask(mock.fetch, "POST", "/v1/videos/effects", { body: { ...effect, watermark_info: info } }),
      );
      mock.clock.advance(60_000);
      const task = taskOf(await ask(mock.fetch, "GET", `/v1/videos/effects/${task_id}`));
      expect(task).not.toHaveProperty("watermark_info");
      expect(JSON.stringify(task.task_result)).not.toContain("watermark_url");
    },
  );
});

describe("a simulator that is strict about types", () => {
  it.each(["/account/costs?start_time=1&end_time=2", "/v1/general/presets-voices?pageNum=1&pageSize=30"])(
    "reads the numbers of a query, which are texts: %s",
    async (path) => {
      const answer = await ask(kling({ lenientTypes: false }).fetch, "GET", path);
      expect([answer.status, answer.body.code]).toEqual([200, 0]);
    },
  );
});
