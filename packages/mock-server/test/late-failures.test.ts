import { describe, expect, it } from "vitest";
import { ask, coffee, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const path = image2video.kling;
const kling = (options = {}) => frozenMock({ dialect: "kling", ...options });
type KlingMock = ReturnType<typeof kling>;

/** A PNG of 5 by 5 pixels, from the provider's own page. */
const tiny =
  "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==";
const unreachable = "Something went wrong when we tried to get the contents of the file.";

const create = async (mock: KlingMock, body: object, prefer = "") =>
  taskOf(
    await ask(mock.fetch, "POST", path, {
      body: { ...minimal, ...body },
      headers: prefer === "" ? {} : { prefer },
    }),
  );
const read = async (mock: KlingMock, id: string, prefer = "") =>
  taskOf(await ask(mock.fetch, "GET", `${path}/${id}`, { headers: prefer === "" ? {} : { prefer } }));

describe("an input that is unfit", () => {
  it.each([
    ["a picture under 300 pixels", { image: tiny }, "Image pixel is invalid"],
    ["an address on this machine", { image: "http://localhost:3000/a.png" }, unreachable],
    ["a private address", { image_tail: "http://192.168.1.7/a.png", mode: "pro" }, unreachable],
    ["a name of one label", { image: "http://minio/a.png" }, unreachable],
    ["a reserved name, deep in a list", { element_list: [], image: "https://cdn.internal/a.png" }, unreachable],
  ])("is accepted and fails 1.65 s later: %s", async (_, body, text) => {
    const mock = kling();
    const { task_id, task_status } = await create(mock, body);
    expect(task_status).toBe("submitted");
    mock.clock.advance(1_650);
    const failed = await read(mock, task_id);
    expect(failed).toMatchObject({ task_status: "failed", task_status_msg: text, task_result: {} });
    expect(Number(failed.updated_at) - Number(failed.created_at)).toBe(1_650);
    expect(mock.ledger.charges).toMatchObject([{ state: "released" }]);
  });

  it("is none where it can be fetched: public names, the simulator's own, a callback on this machine, a good picture", async () => {
    const cases: readonly (readonly [body: object, options?: object])[] = [
      [{ image: "https://example.com/a.png" }],
      [{ image: "https://mock.klingkit.invalid/bs2/a.png" }],
      [{ image: "http://mock:4600/bs2/a.png" }, { publicUrl: "http://mock:4600" }],
      [{ callback_url: "http://127.0.0.1:9/hook", prompt: "http://localhost/" }],
      [{ image: coffee }],
    ];
    for (const [body, options] of cases) {
      const mock = kling({ ...options, callbackFetch: async () => new Response("") });
      const { task_id } = await create(mock, body);
      mock.clock.advance(60_000);
      expect(await read(mock, task_id), JSON.stringify(body).slice(0, 80)).toMatchObject({ task_status: "succeed" });
    }
  });

  it("is refused at once where the switch says so, and base64 that is none always is", async () => {
    const post = (mock: KlingMock, image: string) => ask(mock.fetch, "POST", path, { body: { ...minimal, image } });
    expect((await post(kling({ unfitPictures: "refuse" }), tiny)).body).toMatchObject({ code: 1201 });
    expect((await post(kling(), "not base64!")).body).toMatchObject({
      code: 1201,
      message: "File is not in a valid base64 format",
    });
  });

  it("does not matter to a task with a scenario of its own", async () => {
    const mock = kling();
    const { task_id } = await create(mock, { image: tiny }, "scenario=succeed");
    mock.clock.advance(60_000);
    expect(await read(mock, task_id)).toMatchObject({ task_status: "succeed" });
  });
});

describe("a failure in words of one's own", () => {
  const text = "Prompt too dark, sorry; code=7 (ünïcode)";

  it("comes by prompt, by header and by rule, and for one read", async () => {
    const mock = kling();
    const seen = [];
    const byPrompt = await create(mock, { prompt: `a cat [[failure="${text}"]]` });
    mock.rules.add({ prefer: `failure="${text}"`, times: 1 });
    const byRule = await create(mock, {});
    const byHeader = await create(mock, {}, 'failure="Too dark, sorry"');
    expect(await read(mock, byHeader.task_id, "failure=once")).toMatchObject({ task_status_msg: "once" });
    mock.clock.advance(60_000);
    for (const { task_id } of [byPrompt, byRule, byHeader]) seen.push((await read(mock, task_id)).task_status_msg);
    expect(seen).toEqual([text, text, "Too dark, sorry"]);
  });

  it.each(["", "a".repeat(201)])("is 422 when it is too short or too long: %s", async (words) => {
    const answer = await ask(kling().fetch, "POST", path, { body: minimal, headers: { prefer: `failure="${words}"` } });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain("200 characters");
  });
});

describe("the other texts on record", () => {
  it.each([
    ["concurrency-limit", "parallel task over resource pack limit"],
    ["generation-timeout", "Generation timeout"],
    ["service-busy", "Service busy. Please try again later."],
    ["input-unreachable", unreachable],
  ])("are scenarios: %s", async (scenario, text) => {
    const mock = kling();
    const { task_id } = await create(mock, {}, `scenario=${scenario}`);
    mock.clock.advance(60_000);
    expect(await read(mock, task_id)).toMatchObject({ task_status: "failed", task_status_msg: text });
  });
});
