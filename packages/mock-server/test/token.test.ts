import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video } from "./helpers.js";

const now = 1_795_000_000;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

function token(
  claims: Record<string, unknown>,
  secret = "test-secret-key",
  header: unknown = { alg: "HS256", typ: "JWT" },
): string {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

const good = { iss: "test-access-key", exp: now + 1_800, nbf: now - 5 };
const get = (mock: ReturnType<typeof frozenMock>, key: string) =>
  ask(mock.fetch, "GET", `${image2video.kling}/1`, { headers: { authorization: `Bearer ${key}` } });

describe("a token in the dialect kling", () => {
  it("opens the access key's account when it is signed and in time", async () => {
    const mock = frozenMock({ dialect: "kling", secretKeys: { "test-access-key": "test-secret-key" } });
    expect((await get(mock, token(good))).body).toMatchObject({ code: 1201 });
    expect((await get(mock, "api-key-kling-1")).body).toMatchObject({ code: 1201 });
  });

  it.each([
    ["expired", token({ ...good, exp: now }), 1004],
    ["without an end", token({ iss: good.iss }), 1004],
    ["not yet valid", token({ ...good, nbf: now + 1 }), 1003],
    ["of an unknown access key", token({ ...good, iss: "nobody" }), 1002],
    ["of no one", token({ exp: good.exp }), 1002],
    ["of a prototype's name", token({ ...good, iss: "constructor" }), 1002],
    ["signed with another secret", token(good, "guessed"), 1002],
    ["not signed at all", `${encode({ alg: "none" })}.${encode(good)}.`, 1002],
    ["of another algorithm", token(good, "test-secret-key", { alg: "HS512" }), 1002],
    ["that is not JSON", "a.b.c", 1002],
  ])("is refused when it is %s", async (_, key, code) => {
    const answer = await get(
      frozenMock({ dialect: "kling", secretKeys: { "test-access-key": "test-secret-key" } }),
      key,
    );
    expect(answer).toMatchObject({ status: 401, body: { code } });
  });

  it("expires while the clock goes on", async () => {
    const mock = frozenMock({ dialect: "kling", secretKeys: { "test-access-key": "test-secret-key" } });
    const key = token(good);
    expect((await get(mock, key)).status).toBe(400);
    mock.clock.advance(1_800_000);
    expect((await get(mock, key)).body).toMatchObject({ code: 1004 });
  });

  it("is refused at the gateway, as every text of three parts", async () => {
    const answer = await ask(frozenMock().fetch, "GET", `${image2video.cometapi}/1`, {
      headers: { authorization: "Bearer a.b.c" },
    });
    expect(answer).toMatchObject({ status: 401, body: { error: { type: "comet_api_error" } } });
  });
});
