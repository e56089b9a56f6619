import type { Mock } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { ask, coffee, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const seedBody = {
  image:
    "https://h2.inkwai.com/bs2/upload-ylab-stunt/se/ai_portal_queue_mmu_image_upscale_aiweb/3214b798-e1b4-4b00-b7af-72b5b0417420_raw_image_0.jpg",
};

describe("image2video at the gateway", () => {
  it("answers the documented first call with exactly the documented shape", async () => {
    const { status, body } = await ask(frozenMock().fetch, "POST", image2video.cometapi, { body: seedBody });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(["code", "message", "data"]);
    expect(body).toMatchObject({ code: 0, message: "success" });
    expect(Object.keys(body.data as object)).toEqual([
      "task_id",
      "task_status",
      "task_info",
      "created_at",
      "updated_at",
    ]);
    const data = body.data as Record<string, unknown>;
    expect(data.task_id).toMatch(/^\d{19}$/);
    expect(data).toMatchObject({
      task_status: "submitted",
      task_info: {},
      created_at: 1_795_000_000_000,
      updated_at: 1_795_000_000_000,
    });
  });

  it.each(["task id", "external id"])("walks through submitted, processing, succeed, asked for by %s", async (by) => {
    const mock = frozenMock();
    const submitted = await ask(mock.fetch, "POST", image2video.cometapi, {
      body: { ...seedBody, external_task_id: "shot-042" },
    });
    const id = by === "task id" ? taskOf(submitted).task_id : "shot-042";
    const get = () => ask(mock.fetch, "GET", `${image2video.cometapi}/${id}`);
    expect(taskOf(await get()).task_status).toBe("submitted");
    mock.clock.advance(2_000);
    const processing = await get();
    expect(Object.keys(processing.body)).toEqual(["code", "message", "request_id", "data"]);
    expect(taskOf(processing)).toMatchObject({
      task_status: "processing",
      task_info: { external_task_id: "shot-042" },
      task_result: {},
    });
    expect(taskOf(processing)).not.toHaveProperty("task_status_msg");
    mock.clock.advance(10_000);
    const succeed = taskOf(await get());
    expect(succeed.task_status).toBe("succeed");
    expect(succeed.task_result).toEqual({
      videos: [{ id: expect.stringMatching(/^\d+$/), url: expect.any(String), duration: "5.1" }],
    });
    expect(succeed.updated_at).toBeGreaterThan(succeed.created_at as number);
  });

  it("does not know unknown ids, other accounts' tasks, or callers without a key", async () => {
    const mock = frozenMock();
    const { task_id } = taskOf(await ask(mock.fetch, "POST", image2video.cometapi, { body: seedBody }));
    const unknown = { code: "task_not_exist", message: "task_not_exist", data: null };
    expect((await ask(mock.fetch, "GET", `${image2video.cometapi}/1`)).body).toEqual(unknown);
    const stranger = await ask(mock.fetch, "GET", `${image2video.cometapi}/${task_id}`, {
      headers: { authorization: "Bearer other" },
    });
    expect(stranger.body).toEqual(unknown);
    const keyless = await ask(mock.fetch, "GET", `${image2video.cometapi}/${task_id}`, {
      headers: { authorization: "" },
    });
    expect(keyless.status).toBe(401);
    expect(keyless.body.error).toMatchObject({ type: "comet_api_error" });
  });

  it("redirects a wrong path to a page", async () => {
    const answer = await ask(frozenMock().fetch, "GET", "/kling/v1/videos/nonsense");
    expect(answer.status).toBe(301);
    expect(answer.headers.get("location")).toBe("/");
    expect((await ask(frozenMock().fetch, "GET", image2video.cometapi)).status).toBe(301);
  });
});

describe("image2video at Kling", () => {
  const mock = () => frozenMock({ dialect: "kling" });

  it("answers with request ids, native ids, empty messages and deductions", async () => {
    const kling = mock();
    const submitted = await ask(kling.fetch, "POST", image2video.kling, { body: { ...minimal, mode: "pro" } });
    expect(submitted.body).toMatchObject({
      code: 0,
      message: "SUCCEED",
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(taskOf(submitted).task_id).toMatch(/^\d{18}$/);
    const get = () => ask(kling.fetch, "GET", `${image2video.kling}/${taskOf(submitted).task_id}`);
    kling.clock.advance(2_000);
    expect(taskOf(await get())).toMatchObject({ task_status: "processing", task_status_msg: "", task_result: {} });
    kling.clock.advance(10_000);
    expect(taskOf(await get())).toMatchObject({
      task_status: "succeed",
      final_unit_deduction: "2.5",
      final_balance_deduction: { quota: "0.35", list_price: "0.35" },
    });
  });

  it("words its refusals as on record", async () => {
    const kling = mock();
    const post = (body: unknown, headers = {}) => ask(kling.fetch, "POST", image2video.kling, { body, headers });
    expect((await ask(kling.fetch, "GET", `${image2video.kling}/mf-auth-probe`)).body).toMatchObject({
      code: 1201,
      message: "Task not found by id/external id: mf-auth-probe",
    });
    expect((await post(minimal, { authorization: "" })).body).toEqual({
      code: 1001,
      message: "Authorization is empty",
    });
    expect((await post({ model_name: "kling-v3" })).body).toMatchObject({
      code: 1201,
      message: "image and image_tail can not be empty",
    });
    expect((await post({ ...minimal, sound: "on" })).body).toMatchObject({
      code: 1201,
      message: "mode value 'std' is invalid, allowed values: pro",
    });
    await post({ ...minimal, external_task_id: "shot-1" });
    expect((await post({ ...minimal, external_task_id: "shot-1" })).body).toMatchObject({
      code: 1201,
      message: "External_task_id shot-1 already exists",
    });
  });

  it("lists tasks newest first, in pages", async () => {
    const kling = mock();
    for (const own of ["a", "b", "c"])
      await ask(kling.fetch, "POST", image2video.kling, { body: { ...minimal, external_task_id: own } });
    const ids = async (query: string) =>
      (
        (await ask(kling.fetch, "GET", `${image2video.kling}${query}`)).body.data as {
          task_info: { external_task_id: string };
        }[]
      ).map((task) => task.task_info.external_task_id);
    expect(await ids("")).toEqual(["c", "b", "a"]);
    expect(await ids("?pageSize=2")).toEqual(["c", "b"]);
    expect(await ids("?pageNum=2&pageSize=2")).toEqual(["a"]);
    expect((await ask(kling.fetch, "GET", `${image2video.kling}?pageSize=501`)).body).toMatchObject({ code: 1201 });
  });
});

describe("accounts", () => {
  it("refuse beyond their parallel tasks and free the slot when a task has ended", async () => {
    const mock = frozenMock({ dialect: "kling", accounts: { "test-key": { parallelTasks: 1 } } });
    const post = () => ask(mock.fetch, "POST", image2video.kling, { body: minimal });
    expect((await post()).status).toBe(200);
    expect((await post()).body).toMatchObject({ code: 1303, message: "parallel task over resource pack limit" });
    mock.clock.advance(12_000);
    expect((await post()).status).toBe(200);
    expect(mock.ledger.charges).toHaveLength(2);
  });

  it("refuse when the units do not suffice, and charge each task once", async () => {
    const mock = frozenMock({ dialect: "kling", accounts: { "test-key": { units: 2 } } });
    const post = () => ask(mock.fetch, "POST", image2video.kling, { body: minimal });
    expect((await post()).status).toBe(200);
    expect((await post()).body).toMatchObject({ code: 1102, message: "Account balance not enough" });
    expect(mock.ledger.reserved).toBe(1.5);
  });
});

describe("pictures", () => {
  it("are looked at when they come as base64", async () => {
    const post = (mock: Mock, image: string) =>
      ask(mock.fetch, "POST", image2video.cometapi, { body: { ...minimal, image } });
    const tiny =
      "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==";
    expect((await post(frozenMock(), coffee)).status).toBe(200);
    expect((await post(frozenMock(), tiny)).status).toBe(200);
    expect((await post(frozenMock({ unfitPictures: "refuse" }), tiny)).body).toMatchObject({ code: 1201 });
    expect((await post(frozenMock(), `data:image/png;base64,${coffee}`)).body).toMatchObject({
      code: 1201,
      message: "File is not in a valid base64 format",
    });
  });

  it("are not kept in the task's request", async () => {
    const mock = frozenMock();
    await ask(mock.fetch, "POST", image2video.cometapi, { body: { ...minimal, image: coffee } });
    const tasks = await ask(mock.fetch, "GET", "/__mock/tasks");
    expect(JSON.stringify(tasks.body).length).toBeLessThan(2_000);
  });
});

describe("lenient types", () => {
  it("take numbers for strings and strings for booleans, unless told otherwise", async () => {
    const body = {
      image: "https://example.com/a.jpg",
      model_name: "kling-v3",
      duration: 8,
      multi_shot: "false",
      cfg_scale: "0.5",
    };
    const lenient = frozenMock();
    expect((await ask(lenient.fetch, "POST", image2video.cometapi, { body })).status).toBe(200);
    expect(lenient.ledger.reserved).toBe(4.8);
    expect(
      (await ask(frozenMock({ lenientTypes: false }).fetch, "POST", image2video.cometapi, { body })).body,
    ).toMatchObject({ code: 1201 });
  });
});
