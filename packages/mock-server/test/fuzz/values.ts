import type { Draw } from "./draw.js";

const prototypeKeys = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "then"];

/** Values no field was made for. */
const oddities: readonly unknown[] = [
  ...[null, true, false, 0, -0, -1, 1e21, 1e308, 5e-324, 2 ** 53, -(2 ** 63), 0.1],
  ...["", " ", "0", "null", "true", "NaN", "-1", "1e999", "kling-v1", "../../etc/passwd", "%00", "\u0000", "\ufeff"],
  ...["\ud800", "\udfff\ud800", "😀".repeat(300), "ﷺ", "a\r\nb: c", "<script>", "'; drop table tasks", "{{7*7}}"],
  ...[
    "http://",
    "http://[",
    "https://user:secret@example.com:99999/",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
  ],
  ...["iVBORw0KGgo=", "/9j/4AAQSkZJRg==", "A".repeat(1_001), "[[code=1303", "]]", "[[]]", "<<<element_1>>>"],
  ...[[], {}, [[]], [null], [{}], { "": "" }, { length: -1 }, { toJSON: 1 }, Array.from({ length: 500 }, () => 1)],
];

/** A value that has nothing to do with what a field wants. */
export function oddValue(draw: Draw): unknown {
  const kind = draw.below(20);
  if (kind === 0) return nested(draw.pick([5, 50, 500, 1_000]), draw.chance(0.5));
  if (kind === 1) return draw.pick(["x", "é", "\ud83d", "0"]).repeat(draw.pick([256, 2_501, 70_000]));
  if (kind === 2) return Object.fromEntries(prototypeKeys.map((name) => [name, draw.pick(oddities)]));
  if (kind === 3) return draw.fraction() * 10 ** draw.below(20) * (draw.chance(0.5) ? 1 : -1);
  return draw.pick(oddities);
}

/** The same object with one thing about it changed. */
export function mutated(draw: Draw, body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(body);
  const name = names.length > 0 ? draw.pick(names) : "model_name";
  const { [name]: value, ...rest } = body;
  switch (draw.below(6)) {
    case 0:
      return rest;
    case 1:
      return { ...body, [draw.pick(["unknown", "Model_Name", ...prototypeKeys])]: oddValue(draw) };
    case 2:
      return { ...rest, [`${name} `]: value };
    case 3:
      return { ...body, [name]: typeof value === "string" ? Number(value) : JSON.stringify(value) };
    case 4:
      return isObject(value) ? { ...body, [name]: mutated(draw, value) } : { ...body, [name]: [value] };
    default:
      return { ...body, [name]: oddValue(draw) };
  }
}

/** Text as a body that is hardly JSON, or not at all. */
export function oddText(draw: Draw, json: string): string | Uint8Array {
  const bytes = new TextEncoder().encode(json);
  switch (draw.below(10)) {
    case 0:
      return json.slice(0, draw.below(json.length + 1));
    case 1:
      return `\ufeff${json}`;
    case 2:
      return bytes.map((byte) => (draw.chance(0.02) ? draw.below(256) : byte));
    case 3:
      return new Uint8Array(new Uint16Array([...json].map((character) => character.charCodeAt(0))).buffer);
    case 4:
      return draw.pick(["[", '{"a":', "{"]).repeat(draw.pick([10, 1_000, 50_000]));
    case 5:
      return json.replace("{", `{"__proto__":{"admin":true},"model_name":"kling-v1","model_name":5,`);
    case 6:
      return json.replace(/"[^"]*"$|}$/, `,"n":1e400,"m":-1e400,"k":${"9".repeat(400)}}`);
    case 7:
      return draw.pick([
        "",
        " ",
        "null",
        "true",
        "5",
        '"text"',
        "[]",
        "[{}]",
        "{}",
        "NaN",
        "'{}'",
        "a=b&c=d",
        "\u0000",
      ]);
    default:
      return `${json}${draw.pick([json, ",", "\u0000", "}"])}`;
  }
}

function nested(depth: number, inLists: boolean): unknown {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level += 1) value = inLists ? [value] : { a: value };
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
