import { type AccountOptions, createMock, MockClock, magicKeys } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video, minimal } from "./helpers.js";

const path = image2video.kling;
const kling = (options = {}) => frozenMock({ dialect: "kling", ...options });
type KlingMock = ReturnType<typeof kling>;

const post = async (mock: KlingMock, key = "test-key", body: object = {}) =>
  (await ask(mock.fetch, "POST", path, { body: { ...minimal, ...body }, headers: { authorization: `Bearer ${key}` } }))
    .body.code;
const list = async (mock: KlingMock, key = "test-key") =>
  (await ask(mock.fetch, "GET", path, { headers: { authorization: `Bearer ${key}` } })).body.code;

describe("a magic key", () => {
  const codes: Readonly<Record<string, readonly unknown[]>> = {
    "test-wrong-key": [1002, 1002],
    "test-arrears": [1101, 1101],
    "test-empty": [1102, 1102],
    "test-expired-pack": [1102, 1102],
    "test-ten-units": [0, 0],
    "test-one-slot": [0, 1303],
    "test-slow-down": [0, 1302],
    "test-refused-ip": [1304, 1304],
    "test-forbidden-model": [1103, 1103],
  };

  it.each(Object.keys(magicKeys))("%s is in the trouble it is known for", async (key) => {
    const mock = kling();
    expect([await post(mock, key), await post(mock, key)]).toEqual(codes[key]);
    expect(await list(mock, key)).toBe(
      { "test-wrong-key": 1002, "test-refused-ip": 1304, "test-slow-down": 1302 }[key] ?? 0,
    );
  });

  it.each(["test-arrears", "test-empty", "test-expired-pack", "test-refused-ip", "test-forbidden-model"])(
    "%s says at the gateway that the wording of its refusal is a guess",
    async (key) => {
      const headers = { authorization: `Bearer ${key}` };
      const answer = await ask(frozenMock().fetch, "POST", image2video.cometapi, { body: minimal, headers });
      expect(answer.headers.get("klingkit-unverified")).toBe("account");
    },
  );

  it("runs out when it says so, and can be given another account", async () => {
    const mock = kling();
    const seen = [];
    for (let index = 0; index < 8; index += 1) seen.push(await post(mock, "test-ten-units"));
    expect(seen).toEqual([0, 0, 0, 0, 0, 0, 1102, 1102]);
    expect(await post(kling({ accounts: { "test-empty": {} } }), "test-empty")).toBe(0);
  });

  it("of a prototype's name is none", async () => {
    expect(await post(kling(), "constructor")).toBe(0);
  });
});

describe("settings of an account that can't be", () => {
  it.each([
    [{ units: -5 }, "units can't be -5; give a number from 0."],
    [{ units: Number.NaN }, "units can't be NaN; give a number from 0."],
    [{ parallelTasks: 1.5 }, "parallelTasks can't be 1.5; give a whole number from 0."],
    [{ unit: 5 }, /^An account has no setting unit\. Known: units, parallelTasks/],
  ])("are refused before they count, in options and by `set`: %j", async (wrong, message) => {
    const settings = wrong as AccountOptions;
    expect(() => kling({ accounts: { "test-key": settings } })).toThrow(message);
    const mock = kling();
    expect(() => mock.accounts.set("test-key", settings)).toThrow(message);
    expect(mock.accounts.list()).toEqual([]);
    mock.accounts.set("test-key", { units: Number.POSITIVE_INFINITY, parallelTasks: Number.POSITIVE_INFINITY });
  });
});

describe("an account", () => {
  it("counts requests by the simulator's second", async () => {
    const mock = kling({ accounts: { "test-key": { requestsPerSecond: 2 } } });
    expect([await list(mock), await post(mock), await list(mock)]).toEqual([0, 0, 1302]);
    mock.clock.advance(1_000);
    expect([await list(mock), await list(mock), await list(mock)]).toEqual([0, 0, 1302]);
  });

  it("has no right to the models that are forbidden, and to the others it has", async () => {
    const mock = kling({ accounts: { "test-key": { forbiddenModels: ["kling-v2-6"] } } });
    expect([await post(mock), await post(mock, "test-key", { model_name: "kling-v3" })]).toEqual([1103, 0]);
  });

  it("takes a slot for each picture of a series whose length the request leaves to the server", async () => {
    const mock = kling({ accounts: { "test-key": { parallelTasks: 4 } } });
    const series = async (more: object = {}) =>
      (await ask(mock.fetch, "POST", "/v1/images/omni-image", { body: { prompt: "a", ...more } })).body.code;
    expect(await series({ n: 1 })).toBe(0);
    expect(await series({ result_type: "series" })).toBe(1303);
    mock.clock.advance(60_000);
    expect([await series({ result_type: "series" }), await series({ n: 1 })]).toEqual([0, 1303]);
  });

  it("takes slots by the fields that an operation has: others neither take more nor get round the limit", async () => {
    const mock = kling({ accounts: { "test-key": { parallelTasks: 2 } } });
    const avatar = async (more: object) => {
      const media = { image: "https://media.example.com/a.png", sound_file: "https://media.example.com/a.mp3" };
      const body = { ...media, ...more };
      return (await ask(mock.fetch, "POST", "/v1/videos/avatar/image2video", { body })).body.code;
    };
    expect([await avatar({ n: 9 }), await avatar({ model_name: "a" }), await avatar({ model_name: "b" })]).toEqual([
      0, 0, 1303,
    ]);
  });

  it("can be changed while tasks run: a new limit counts those too", async () => {
    const mock = kling();
    await post(mock);
    mock.accounts.set("test-key", { parallelTasks: 1 });
    expect(await post(mock)).toBe(1303);
    mock.accounts.set("test-key", { parallelTasks: 2, inArrears: true });
    expect(await post(mock)).toBe(1101);
    mock.accounts.set("test-key", { inArrears: false });
    expect([await post(mock), await post(mock)]).toEqual([0, 1303]);
    mock.clock.advance(60_000);
    expect(await post(mock)).toBe(0);
  });

  it.each(["risk-control", "succeed"])("has back what a create was charged whose task fails: %s", async (scenario) => {
    const mock = kling({ chargeAt: "create", accounts: { "test-key": { units: 10 } } });
    const left = () => mock.accounts.list()[0]?.unitsLeft;
    await ask(mock.fetch, "POST", path, { body: minimal, headers: { prefer: `scenario=${scenario}` } });
    expect([left(), mock.ledger.total]).toEqual([8.5, 1.5]);
    const running = mock.snapshot();
    for (let look = 0; look < 3; look += 1) {
      mock.clock.advance(5_000);
      expect(left()).toBe(10 - mock.ledger.total);
    }
    expect(left()).toBe(scenario === "succeed" ? 8.5 : 10);
    mock.restore(running);
    expect(left()).toBe(8.5);
    mock.clock.advance(60_000);
    expect(left()).toBe(10 - mock.ledger.total);
  });

  it("pays once for a task that ends while its units are counted again", async () => {
    let [real, step] = [1_795_000_000_000, 0];
    // Each reading of the time is later than the one before.
    const clock = new MockClock(() => (real += step));
    const mock = createMock({ dialect: "kling", clock, accounts: { "test-key": { units: 100 } } });
    for (let count = 0; count < 8; count += 1) {
      await post(mock);
      clock.advance(300);
    }
    const half = mock.snapshot();
    for (step = 20; step <= 400; step += 20) {
      mock.restore(half);
      mock.clock.advance(60_000);
      expect(mock.accounts.list()[0]?.unitsLeft).toBe(88);
    }
  });
});

describe("the ledger", () => {
  const charge = async (bodies: readonly [object, string?][]) => {
    const mock = kling();
    for (const [body, prefer] of bodies)
      await ask(mock.fetch, "POST", path, {
        body: { ...minimal, ...body },
        headers: prefer === undefined ? {} : { prefer },
      }).catch(() => undefined);
    return mock.ledger.charges.map(({ taskId }) => mock.ledger.duplicates.has(taskId));
  };

  it("marks a second charge for one intention", async () => {
    expect(await charge([[{}], [{}], [{ prompt: "another" }]])).toEqual([false, true, false]);
    const lost = "fault=reset-after-accept";
    expect(await charge([[{ external_task_id: "a" }, lost], [{ external_task_id: "b" }]])).toEqual([false, true]);
  });

  it("does not mark a series that names each one", async () => {
    expect(await charge([[{ external_task_id: "a" }], [{ external_task_id: "b" }]])).toEqual([false, false]);
  });
});
