import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video } from "./helpers.js";

/** What the request log shows of a body, and of the headers that came with it. */
async function logged(body: string, headers: Record<string, string> = {}) {
  const mock = frozenMock();
  await ask(mock.fetch, "POST", image2video.cometapi, { body, headers });
  return mock.requests.list()[0];
}

const quoted = (text: string) => `{"image":"${text}","prompt":"a"}`;
/** Text with spaces, which is no base64. */
const words = (length: number) => "long words ".repeat(length).slice(0, length);
/** As long a text as is shown whole. */
const whole = 8_192;

describe("a body in the request log", () => {
  it.each([
    ["a short one", '{"a":1}', '{"a":1}'],
    ["a word of 256 characters", quoted("x".repeat(256)), quoted("x".repeat(256))],
    ["a longer word", quoted("x".repeat(257)), quoted("base64 of 257 characters")],
    ["base64 of every kind of letter", quoted("aZ09+/=_-".repeat(40)), quoted("base64 of 360 characters")],
    ["a data URL", quoted(`data:image/png;base64,${"A".repeat(300)}`), quoted("base64 of 322 characters")],
    ["a long sentence", quoted(words(300)), quoted(words(300))],
    ["base64 alone", "x".repeat(300), "base64 of 300 characters"],
    [
      "two pictures",
      `"${"x".repeat(300)}","${"y".repeat(400)}"`,
      '"base64 of 300 characters","base64 of 400 characters"',
    ],
    ["text up to the limit", words(whole), words(whole)],
    ["text beyond it", words(whole + 1), `${words(whole)}… (8193 characters in all)`],
    ["many parts", `${quoted("x".repeat(300))}${words(9_000)}`, undefined],
  ])("of %s", async (_, body, shown) => {
    const entry = await logged(body);
    if (shown !== undefined) expect(entry?.body).toBe(shown);
    else {
      expect(entry?.body).toMatch(/^\{"image":"base64 of 300 characters","prompt":"a"\}long words/);
      expect(entry?.body?.endsWith(`… (${body.length} characters in all)`)).toBe(true);
    }
  });

  it.each(["authorization", "proxy-authorization", "cookie", "x-api-key", "x-klingkit-control"])(
    "stands beside headers without the secret in %s",
    async (name) => {
      const entry = await logged("{}", { [name]: "Bearer secret-of-mine", accept: "text/plain" });
      expect(entry?.headers).toMatchObject({ [name]: "redacted", accept: "text/plain" });
      expect(JSON.stringify(entry)).not.toContain("secret-of-mine");
    },
  );
});
