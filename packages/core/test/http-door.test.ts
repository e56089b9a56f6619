import { type Guard, InputError, type Outcome, RefusedError, SubmitOutcomeUnknownError } from "@klingkit/core";
import { preflight } from "@klingkit/core/preflight";
import { describe, expect, expectTypeOf, it } from "vitest";
import { failure, networkFault, picture, quiet, refusal, standing, success, taskId, world } from "./helpers.js";

const path = "/kling/v1/videos/image2video";
const body = { model_name: "kling-v2-6", image: picture, external_task_id: "own" } as const;

describe("kling.http", () => {
  it("gives the contract's answers, typed, with the key and the client's own errors", async () => {
    const { client, clock, sent } = world([standing("succeed"), refusal(401, 1002)]);
    const { data, response } = await success(
      clock,
      client.http.GET("/kling/v1/videos/image2video/{id}", { params: { path: { id: taskId } } }),
    );
    expect(data).toMatchObject({ code: 0, data: { task_id: taskId, task_status: "succeed" } });
    expectTypeOf(data?.code).toEqualTypeOf<number | undefined>();
    expect(response.status).toBe(200);
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer sk-test-key");
    const refused = client.http.GET("/kling/v1/videos/image2video/{id}", { params: { path: { id: taskId } } });
    expect(await failure(clock, refused)).toBeInstanceOf(RefusedError);
  });

  it("repeats a query like any other, and goes where the dialect's server is", async () => {
    const { client, clock, sent } = world([refusal(500, 5000), standing("succeed")], { dialect: "kling" });
    await success(clock, client.http.GET("/kling/v1/videos/image2video/{id}", { params: { path: { id: taskId } } }));
    expect(sent.map(({ url }) => url)).toEqual(
      Array(2).fill(`https://api-singapore.klingai.com/v1/videos/image2video/${taskId}`),
    );
  });

  it("obeys a signal of another realm", async () => {
    const { client, clock } = world(["no answer"]);
    let abort = () => {};
    const signal = {
      aborted: false,
      reason: "stop",
      addEventListener: (_: string, listener: () => void) => {
        abort = listener;
      },
      removeEventListener() {},
    };
    const params = { path: { id: taskId } };
    const call = client.http.GET(`${path}/{id}`, { params, signal: signal as unknown as AbortSignal });
    call.catch(() => {});
    await quiet();
    signal.aborted = true;
    abort();
    expect(await failure(clock, call)).toMatchObject({ name: "AbortedError" });
    expect(clock.sleepers.size).toBe(0);
  });

  it.each([".evil.example/", "@evil.example/", ":8443/", "", "kling/v1"])(
    "sends no key where %j behind the base URL would lead",
    async (given) => {
      const { client, clock, sent } = world([standing("succeed")]);
      const { GET, POST } = client.http;
      expect(await failure(clock, GET(given as never, {} as never))).toBeInstanceOf(InputError);
      expect(await failure(clock, POST(given as never, {} as never))).toBeInstanceOf(InputError);
      expect(sent).toEqual([]);
    },
  );

  it("refuses an id that would lead to another path, and takes no other server", async () => {
    const { client, clock, sent } = world([standing("succeed")]);
    for (const id of ["..", "a/b", ""]) {
      const call = client.http.GET("/kling/v1/videos/image2video/{id}", { params: { path: { id } } });
      expect(await failure(clock, call)).toBeInstanceOf(InputError);
    }
    expect(sent).toEqual([]);
    await success(
      clock,
      client.http.GET(path, { baseUrl: "https://elsewhere.example" }).catch(() => {}),
    );
    expect(sent[0]?.url).toMatch(/^https:\/\/api\.cometapi\.com\//);
  });

  it("asks guards and pre-flight check for a POST, sends it once, mints no id and remembers nothing", async () => {
    const settled: Outcome[] = [];
    const guard: Guard = { admit: () => ({ settle: (outcome) => void settled.push(outcome) }) };
    const { client, clock, sent, posts } = world([refusal(429, 1303), standing("submitted")], {
      guards: [guard],
      preflight,
    });
    expect(await failure(clock, client.http.POST(path, { body }))).toMatchObject({ providerCode: 1303 });
    expect(posts()).toBe(1);
    const { external_task_id: _, ...unnamed } = body;
    const { data } = await success(clock, client.http.POST(path, { body: unnamed }));
    expect(data).toMatchObject({ data: { task_id: taskId } });
    expect(sent[1]?.body).toEqual(unnamed);
    expect(settled).toMatchObject([{ kind: "refused" }, { kind: "made", handle: { task_id: taskId } }]);
    expect(await failure(clock, client.http.POST(path, { body: { ...body, duration: "60" } as never }))).toBeInstanceOf(
      InputError,
    );
    expect([posts(), await client.pending()]).toEqual([2, []]);
  });

  it("ends an ambiguous POST in an unknown outcome with the body's own id", async () => {
    const { client, clock, sent } = world([networkFault("ECONNRESET")]);
    const error = await failure(clock, client.http.POST(path, { body }));
    expect(error).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(error).toMatchObject({ reason: "no-answer", handle: { family: "image2video", external_task_id: "own" } });
    // It is in no task store, so that `settle` would not find it.
    expect(error).toHaveProperty("remedy", expect.not.stringContaining("settle"));
    expect(sent).toHaveLength(1);
  });

  it("is ended by an abort", async () => {
    const { client, clock } = world(["no answer"]);
    const call = client.http.GET(path, { signal: AbortSignal.abort("early") });
    expect(await failure(clock, call)).toMatchObject({ name: "AbortedError", cause: "early" });
    expect(clock.sleepers.size).toBe(0);
  });
});
