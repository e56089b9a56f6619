import { describe, expect, it } from "vitest";
import { address, callback, key, now, post, receiver, refusalOf, signed, webhookSecret } from "./callbacks-kit.js";

const body = JSON.stringify(callback("succeed", 5));
const other = "whsec_b3RoZXJzZWNyZXQxMjM0NTY3OA==";
const options = { secret: webhookSecret, family: "image2video" };

describe("Kling's official example", () => {
  const official = {
    "webhook-id": "9876543210",
    "webhook-timestamp": "1781080794",
    "webhook-signature": "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=",
  };
  const text =
    '{"id":"1234567890","status":"succeeded","message":"","create_time":1781080778802,"update_time":1781080794151}';
  const clock = { now: () => 1781080794_151 };

  it("passes, although its body is about no task of this generation: it is taken and not reported", async () => {
    const { receive, done, reports } = receiver({ ...options, clock });
    expect((await receive(post(address, text, official))).status).toBe(204);
    await done();
    expect(reports).toEqual([]);
  });

  it("does not pass with a byte changed, in the body or anywhere else", async () => {
    const { receive } = receiver({ ...options, clock });
    const changed = [
      post(address, text.replace("succeeded", "succeedee"), official),
      post(address, JSON.stringify(JSON.parse(text), null, 1), official),
      post(address, text, { ...official, "webhook-id": "9876543211" }),
      post(address, text, { ...official, "webhook-timestamp": "1781080795" }),
      post(address, text, { ...official, "webhook-signature": "v1,VsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=" }),
    ];
    for (const request of changed) expect(await refusalOf(await receive(request))).toEqual([401, "wrong-signature"]);
  });
});

describe("a signature", () => {
  it("lets a callback in, with the family this receiver is for or the address names", async () => {
    const { receive, done, reports } = receiver(options);
    expect((await receive(post(address, body, signed(body)))).status).toBe(204);
    const other = JSON.stringify(callback("succeed", 5, { task_id: "2" }));
    expect((await receive(post(`${address}&kling_family=text2video`, other, signed(other)))).status).toBe(204);
    await done();
    expect(reports.map(({ task }) => task.family)).toEqual(["image2video", "text2video"]);
  });

  it.each([
    ["none", {}, "missing-signature"],
    ["without an id", { "webhook-id": "" }, "missing-signature"],
    ["without a time", { "webhook-timestamp": "" }, "missing-signature"],
    ["of no time", { "webhook-timestamp": "soon" }, "bad-timestamp"],
    ["of a negative time", { "webhook-timestamp": "-1" }, "bad-timestamp"],
    ["of another version", { "webhook-signature": "v2,AAAA" }, "wrong-signature"],
    [
      "ours, called another version's",
      { "webhook-signature": signed(body)["webhook-signature"].replace("v1", "v2") },
      "wrong-signature",
    ],
    [
      "the seventeenth of many",
      { "webhook-signature": `${"v1,AAAA ".repeat(16)}${signed(body)["webhook-signature"]}` },
      "wrong-signature",
    ],
    ["of a time with more digits than seconds have", { "webhook-timestamp": `${now}` }, "bad-timestamp"],
    ["of a time with a unit", { "webhook-timestamp": `${now / 1_000}s` }, "bad-timestamp"],
    ["of a time after a word", { "webhook-timestamp": `t${now / 1_000}` }, "bad-timestamp"],
    ["no base64", { "webhook-signature": "v1,%%%" }, "wrong-signature"],
    ["cut short", { "webhook-signature": "v1,UsKlJP00XoQ=" }, "wrong-signature"],
    ["by another secret", signed(body, { secret: other }), "wrong-signature"],
    ["301 seconds old", signed(body, { at: now - 301_000 }), "stale-timestamp"],
    ["301 seconds ahead", signed(body, { at: now + 301_000 }), "stale-timestamp"],
  ])("that is %s is refused", async (what, headers, code) => {
    const { receive, done, reports } = receiver(options);
    const whole = what === "none" ? {} : { ...signed(body), ...headers };
    expect(await refusalOf(await receive(post(address, body, whole as Record<string, string>)))).toEqual([401, code]);
    await done();
    expect(reports).toEqual([]);
  });

  it("may be 300 seconds off, both ways, or as much as is allowed", async () => {
    for (const at of [now - 300_000, now + 300_000]) {
      expect((await receiver(options).receive(post(address, body, signed(body, { at })))).status).toBe(204);
    }
    const strict = receiver({ ...options, toleranceMs: 1_000 });
    expect(await refusalOf(await strict.receive(post(address, body, signed(body, { at: now - 2_000 }))))).toEqual([
      401,
      "stale-timestamp",
    ]);
  });

  it("is enough as the sixteenth of many, with a secret from a file that ends with a line break", async () => {
    const headers = {
      ...signed(body),
      "webhook-signature": `${"v1,AAAA ".repeat(15)}${signed(body)["webhook-signature"]}`,
    };
    const { receive } = receiver({ ...options, secret: ` ${webhookSecret}\n` });
    expect((await receive(post(address, body, headers))).status).toBe(204);
  });

  it("is enough among several, and with any of several secrets, while they are rotated", async () => {
    const ours = signed(body);
    const theirs = signed(body, { secret: other });
    const both = {
      ...ours,
      "webhook-signature": `v2,AAAA ${theirs["webhook-signature"]} ${ours["webhook-signature"]}`,
    };
    expect((await receiver(options).receive(post(address, body, both))).status).toBe(204);
    const rotating = { ...options, secret: [webhookSecret, other] };
    for (const headers of [ours, theirs, both]) {
      expect((await receiver(rotating).receive(post(address, body, headers))).status).toBe(204);
    }
  });

  it("does not help a callback whose family nobody knows, or whose body is no JSON", async () => {
    const { receive } = receiver({ secret: webhookSecret });
    expect(await refusalOf(await receive(post(address, body, signed(body))))).toEqual([400, "unknown-family"]);
    expect(await refusalOf(await receive(post(address, "{", signed("{"))))).toEqual([400, "not-json"]);
  });

  it("needs no prefix on the secret, and a token key is no secret", async () => {
    const bare = receiver({ ...options, secret: webhookSecret.replace("whsec_", "") });
    expect((await bare.receive(post(address, body, signed(body)))).status).toBe(204);
    const token = receiver({ token: key });
    expect(await refusalOf(await token.receive(post(address, body, signed(body))))).toEqual([401, "missing-token"]);
  });
});
