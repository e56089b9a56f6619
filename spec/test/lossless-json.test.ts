import { parseJson } from "@klingkit/spec";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const spaces = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

/** Whether a number is written as an integer that JSON.parse would round. */
function isUnsafe(text: string): boolean {
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text));
}

const unsafe = fc
  .tuple(fc.constantFrom("", "-"), fc.stringMatching(/^[1-9][0-9]{16,30}$/))
  .map((parts) => parts.join(""))
  .filter(isUnsafe);
const safeNumber = fc
  .oneof(
    fc.maxSafeInteger().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
    fc.constantFrom("-0", "0.12345678901234567890", "12345678901234567890.5", "12345678901234567890e5", "1E+99999"),
  )
  .filter((text) => !isUnsafe(text));
/** Texts made to look like the end of a string, a number or an object. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        '"',
        "\\",
        "\\\\",
        '\\"',
        ":",
        ",",
        "[",
        "{",
        "99999999999999999999",
        " ",
        "\n",
        "\u2028",
        "-",
        "e",
      ),
    )
    .map((parts) => parts.join("")),
);

/** A document as text, with the value it stands for. */
interface Document {
  readonly text: string;
  readonly value: unknown;
}

const leaf: fc.Arbitrary<Document> = fc.oneof(
  unsafe.map((text) => ({ text, value: text })),
  safeNumber.map((text) => ({ text, value: JSON.parse(text) as unknown })),
  hostile.map((value) => ({ text: JSON.stringify(value), value })),
  fc.constantFrom(null, true, false).map((value) => ({ text: String(value), value })),
);

const { document } = fc.letrec<{ document: Document }>((tie) => ({
  document: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.tuple(spaces, fc.array(tie("document"), { maxLength: 4 })).map(([space, items]) => ({
      text: `[${items.map(({ text }) => `${space}${text}${space}`).join(",")}${space}]`,
      value: items.map(({ value }) => value),
    })),
    fc.tuple(spaces, fc.array(fc.tuple(hostile, tie("document")), { maxLength: 4 })).map(([space, fields]) => ({
      text: `{${fields.map(([name, { text }]) => `${space}${JSON.stringify(name)}${space}:${space}${text}${space}`).join(",")}${space}}`,
      value: Object.fromEntries(fields.map(([name, { value }]) => [name, value])),
    })),
  ),
}));

/** What a parser makes of a text: a value, or the error's words. */
function outcome(parse: (text: string) => unknown, text: string): unknown {
  try {
    return { value: parse(text) };
  } catch (error) {
    return { type: (error as Error).constructor, message: (error as Error).message };
  }
}

describe("parseJson", () => {
  it("keeps unsafe integers as their digits and leaves all else as it is", () => {
    fc.assert(
      fc.property(document, spaces, ({ text, value }, space) => {
        expect(parseJson(`${space}${text}${space}`)).toEqual(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it("equals JSON.parse for documents without unsafe integers", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(4), (text, indent) => {
        const spaced = JSON.stringify(
          JSON.parse(text, (_, value) => (typeof value === "number" && isUnsafe(JSON.stringify(value)) ? 0 : value)),
          null,
          indent,
        );
        expect(parseJson(spaced)).toEqual(JSON.parse(spaced));
      }),
      { numRuns: 1_000 },
    );
  });

  it("ends in the same SyntaxError as JSON.parse, also around long digits", () => {
    const pieces = [
      '{"a":',
      "{",
      "[",
      "]",
      "}",
      ",",
      ":",
      " ",
      '"',
      '"a"',
      "99999999999999999999",
      "-",
      "0",
      ".",
      "e5",
      "null",
      "\\",
    ];
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 10 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (candidate) => {
        const expected = outcome(JSON.parse, candidate);
        const actual = outcome(parseJson, candidate);
        if (expected !== null && typeof expected === "object" && "type" in expected) expect(actual).toEqual(expected);
        else expect(actual).toHaveProperty("value");
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    "{ 99999999999999999999 : 1}",
    '{"a":1, 99999999999999999999 :2}',
    "[ 09999999999999999999 ]",
    "[ +99999999999999999999 ]",
    '"a" 99999999999999999999 ',
  ])("does not make %s valid", (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it.each([
    ["9007199254740991", 9007199254740991],
    ["-9007199254740991", -9007199254740991],
    ["9007199254740992", "9007199254740992"],
    ["-9007199254740993", "-9007199254740993"],
    ["829836802793406551", "829836802793406551"],
    ["0000000000000000", SyntaxError],
  ])("draws the line at 2^53: %s", (text, expected) => {
    if (expected === SyntaxError) expect(() => parseJson(text)).toThrow(SyntaxError);
    else
      for (const [before, after] of [
        ["", ""],
        ["[", "]"],
        ['{"a":', "}"],
      ] as const) {
        expect(JSON.stringify(parseJson(`${before}${text}${after}`))).toBe(
          `${before}${JSON.stringify(expected)}${after}`,
        );
      }
  });

  it.each([
    ["base64", "A".repeat(3_000_000)],
    ["backslashes", "\\".repeat(3_000_000)],
    ["quotes", '"'.repeat(3_000_000)],
    ["digits", "9".repeat(3_000_000)],
    ["spaces", " ".repeat(3_000_000)],
    ["digits with spaces", "[ 99999999999999999 ".repeat(150_000)],
  ])("takes linear time for three million characters of %s", (_, text) => {
    const started = process.cpuUsage();
    expect(parseJson(`{"long":${JSON.stringify(text)},"id": 829836802793406551 }`)).toEqual({
      long: text,
      id: "829836802793406551",
    });
    const { user, system } = process.cpuUsage(started);
    // A quadratic scan of this length takes hours; JSON.parse itself a few hundred milliseconds. Time of the processor,
    // because on a busy machine everything takes long.
    expect((user + system) / 1_000).toBeLessThan(10_000);
  });

  it("takes linear time for a hundred thousand digits where a number belongs", () => {
    const digits = "9".repeat(100_000);
    expect(parseJson(`{"n": ${digits} }`)).toEqual({ n: digits });
    expect(() => parseJson(`{"n": ${digits}x`)).toThrow(SyntaxError);
  });
});
