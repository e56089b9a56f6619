import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video, minimal } from "./helpers.js";

const now = 1_795_000_000;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = (claims: object) => `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.c2lnbmVkLWJ5LWFueW9uZQ`;
const good = { iss: "anybodys-access-key", exp: now + 1_800, nbf: now - 5 };

const signIn = (key: string, options: object = { dialect: "kling" }, path: string = image2video.kling) =>
  ask(frozenMock(options).fetch, "POST", path, { body: minimal, headers: { authorization: `Bearer ${key}` } });

describe("signing in", () => {
  it("works on kling with any pair of keys, and says that the signature was not checked", async () => {
    const answer = await signIn(token(good));
    expect([answer.status, answer.headers.get("klingkit-signature")]).toEqual([200, "not checked"]);
    const plain = await signIn("anything");
    expect([plain.status, plain.headers.get("klingkit-signature")]).toEqual([200, null]);
  });

  it("still looks at a token's times", async () => {
    expect((await signIn(token({ ...good, exp: now - 1 }))).body).toMatchObject({ code: 1004 });
    expect((await signIn(token({ ...good, nbf: now + 60 }))).body).toMatchObject({ code: 1003 });
  });

  it("takes only the pairs that are named, where some are", async () => {
    const options = { dialect: "kling", secretKeys: { mine: "secret" } };
    const answer = await signIn(token(good), options);
    expect(answer.body).toMatchObject({ code: 1002, message: "api key not found" });
    expect(answer.headers.get("klingkit-hint")).toContain("--secret");
  });

  it("with a token is refused by the gateway, with a hint", async () => {
    const answer = await signIn(token(good), {}, image2video.cometapi);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("klingkit-hint")).toContain("--dialect kling");
  });

  it("can be tried with a wrong key in both dialects", async () => {
    expect((await signIn("test-wrong-key")).status).toBe(401);
    expect((await signIn("test-wrong-key", {}, image2video.cometapi)).status).toBe(401);
  });

  it("without a key says how", async () => {
    const answer = await signIn("");
    expect(answer.headers.get("klingkit-hint")).toContain("Bearer anything");
  });
});

describe("routes of the gateway outside the contract", () => {
  it.each(["/v1/models", "/v1/models/kling-v3", "/api/models", "/user/quota", "/v1/videos", "/v1/videos/1/content"])(
    "are an honest 404: %s",
    async (path) => {
      const answer = await ask(frozenMock().fetch, "GET", path);
      expect(answer.status).toBe(404);
      expect(JSON.stringify(answer.body)).toContain("not simulated");
    },
  );
});

describe("a path of the other dialect", () => {
  it.each([
    ["cometapi", "/v1/images/generations", 301, "put it in front"],
    ["cometapi", image2video.kling, 404, "--dialect kling"],
    ["kling", image2video.cometapi, 404, "leave it out"],
    ["kling", "/kling/v1/audio/tts", 404, "--dialect cometapi"],
  ] as const)("is refused with a hint: %s %s", async (dialect, path, status, hint) => {
    const answer = await ask(frozenMock({ dialect }).fetch, "POST", path, { body: minimal });
    const told = `${answer.headers.get("klingkit-hint")} ${JSON.stringify(answer.body)}`;
    expect([answer.status, told]).toEqual([status, expect.stringContaining(hint)]);
  });
});

describe("a discontinued model at the gateway", () => {
  it("is refused where it is named, and marked", async () => {
    const answer = await ask(frozenMock().fetch, "POST", image2video.cometapi, {
      body: { ...minimal, model_name: "kling-v1" },
    });
    expect(answer.body).toMatchObject({
      code: 1201,
      message: "The model 'kling-v1' has been discontinued and is no longer available.",
    });
    expect(answer.headers.get("klingkit-unverified")).toBe("discontinued-model");
  });

  it("passes where nobody named it, with a header and an event: the documented first call lives", async () => {
    const mock = frozenMock();
    const events: string[] = [];
    mock.events.subscribe(({ type }) => events.push(type));
    const answer = await ask(mock.fetch, "POST", image2video.cometapi, { body: { image: minimal.image } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("klingkit-discontinued")).toContain("kling-v1");
    expect(events).toContain("warning");
  });

  it("worked a year ago", async () => {
    const { createMock, MockClock } = await import("@klingkit/mock-server");
    const mock = createMock({ dialect: "kling", clock: new MockClock(() => Date.UTC(2025, 10, 28)) });
    const camera = {
      model_name: "kling-v1-5",
      mode: "pro",
      duration: "5",
      camera_control: { type: "simple", config: { zoom: 5 } },
    };
    expect((await ask(mock.fetch, "POST", image2video.kling, { body: { ...minimal, ...camera } })).status).toBe(200);
  });
});

describe("null in a body", () => {
  it.each(["cometapi", "kling"] as const)(
    "is as good as absent in the dialect %s, unless the simulator is strict",
    async (dialect) => {
      const post = (options: object, body: object) =>
        ask(frozenMock({ dialect, ...options }).fetch, "POST", image2video[dialect], { body: { ...minimal, ...body } });
      for (const field of ["negative_prompt", "callback_url", "external_task_id", "image_tail", "camera_control"])
        expect((await post({}, { [field]: null })).status, field).toBe(200);
      expect((await post({}, { image: null })).status).toBe(400);
      expect((await post({ lenientTypes: false }, { negative_prompt: null })).status).toBe(400);
    },
  );
});
