import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonMembers } from "../src/state/json-members.js";

type Told = readonly [name: string, value: unknown, key: string | undefined];

/** Reads the text in pieces of so many bytes. @returns what was told */
function read(text: string, size: number): Told[] {
  const bytes = new TextEncoder().encode(text);
  const told: Told[] = [];
  const members = new JsonMembers((name, value, key) => told.push([name, value, key]));
  for (let start = 0; start < bytes.length; start += size) members.write(bytes.subarray(start, start + size));
  members.end();
  return told;
}

/** What is to be told of an object. */
function membersOf(value: object): Told[] {
  return Object.entries(value).flatMap(([name, child]): Told[] => {
    if (Array.isArray(child)) return child.map((item): Told => [name, item, undefined]);
    if (typeof child !== "object" || child === null) return [[name, child, undefined]];
    return Object.entries(child).map(([key, item]): Told => [name, item, key]);
  });
}

describe("an object written as JSON that is read while it comes", () => {
  const scalar = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.constant(null), fc.boolean());
  const deep = fc.jsonValue({ maxDepth: 3 });
  const member = fc.oneof(scalar, fc.array(deep, { minLength: 1 }), fc.dictionary(fc.string(), deep, { minKeys: 1 }));
  const names = fc.constantFrom("tasks", "pictures", "clock", "x,y", "[", 'a"b', "{}");

  it("is the same as JSON.parse makes of it, wherever its pieces end", () => {
    fc.assert(
      fc.property(
        fc.dictionary(names, member),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (object, size, spaced) => {
          const text = JSON.stringify(object);
          expect(read(spaced ? ` ${text}\n` : text, size)).toEqual(membersOf(JSON.parse(text)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ["", "ends too soon"],
    ['{"a":1', "ends too soon"],
    ['{"a":[1,2}', "brackets do not match"],
    ['{"a":{"b":1]}', "brackets do not match"],
    ["[1]", "is not one object"],
    ['{"a":1} {"b":2}', "is not one object"],
    ['{"a":1} x', "out of place"],
    ['x{"a":1}', "out of place"],
    ['{"a":[1] x,"b":2}', "JSON"],
    ['{"a":[tru]}', "JSON"],
    ['{"a":"\\q"}', "JSON"],
    ["nonsense", "ends too soon"],
  ])("says what is wrong with %s", (text, reason) => {
    for (const size of [1, 100]) expect(() => read(text, size)).toThrow(reason);
  });
});
