import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { preflight } from "@klingkit/core/preflight";
import { createMock } from "@klingkit/mock-server";
import { dialectPath, requestFields } from "@klingkit/spec";
import { describe, expect, it } from "vitest";
import { operations } from "../packages/mock-server/test/contract-check.js";
import { cost, mostGrowth, noise } from "./support/growth.js";

const tiny = 30_000;
const small = 100_000;
const large = 1_000_000;

/** Makes a value of about so many characters of JSON. */
type Make = (size: number) => unknown;

/** The worst of each type. */
const strings: readonly Make[] = [
  (size) => "[".repeat(size),
  (size) => `[[${"a,".repeat(size / 2)}]]`,
  (size) => "<<<image_".repeat(size / 9),
  (size) => "A".repeat(size - (size % 4)),
  (size) => `${" ".repeat(size)}!`,
  (size) => `http://${"a.".repeat(size / 2)}`,
];
const lists: readonly Make[] = [
  (size) => Array.from({ length: size / 3 }, () => ({})),
  (size) => Array.from({ length: size / 2 }, () => 1),
  (size) => Array.from({ length: size / 19 }, (_, index) => ({ element_id: index })),
];
const numbers: readonly Make[] = [(size) => "9".repeat(size), (size) => `${"1".repeat(size)}.`];
const objects: readonly Make[] = [
  (size) => Object.fromEntries(Array.from({ length: size / 12 }, (_, index) => [`f${index}`, 1])),
  (size) => ({ type: "[".repeat(size), config: "[" }),
];
const worstOf: Readonly<Record<string, readonly Make[]>> = {
  string: strings,
  array: [...lists, ...strings.slice(0, 1)],
  number: numbers,
  integer: numbers,
  boolean: numbers.slice(0, 1),
  object: objects,
};

/** A value, its JSON, and the time that takes to be parsed. */
interface Made {
  readonly value: unknown;
  readonly json: string;
  readonly parseMs: number;
}

/** Every field of a type gets the same values. */
const made = new Map<string, Made>();

async function madeBy(make: Make, size: number): Promise<Made> {
  const key = `${make} ${size}`;
  const known = made.get(key);
  if (known) return known;
  const value = make(size);
  const json = JSON.stringify(value);
  const fresh = { value, json, parseMs: await cost(() => JSON.parse(json), 3) };
  made.set(key, fresh);
  return fresh;
}

interface Field {
  readonly base: object;
  readonly field: string;
  /** Gets a body in which the field has the value made. */
  readonly work: Work;
}

type Work = (base: object, field: string, made: Made) => () => unknown;

async function costOf(make: Make, size: number, { base, field, work }: Field): Promise<number> {
  return cost(work(base, field, await madeBy(make, size)), 1);
}

/**
 * What takes no longer than so many parses of the text is linear as they are. Their own time at a megabyte is more than ten
 * times that at a hundred kilobytes: a hundred thousand objects outgrow the processor's caches.
 */
const fewParses = 3;

/** Runs until a field's time is seen to be linear: what else the machine does makes it more, never less. */
const mostRuns = 10;

setFlagsFromString("--expose-gc");
/** Without it, the garbage of earlier runs is collected in later ones, and its time is counted there. */
const collectGarbage: () => void = runInNewContext("gc");

/** Why the time a field's value takes is not linear in its size; undefined where it is. */
async function complaint(make: Make, field: Field): Promise<string | undefined> {
  const { parseMs } = await madeBy(make, large);
  let [little, much] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let run = 0; run < mostRuns; run += 1) {
    if (run > 0) collectGarbage();
    little = Math.min(little, await costOf(make, small, field));
    if (run > 0) collectGarbage();
    much = Math.min(much, await costOf(make, large, field));
    const isLinear = much <= mostGrowth * Math.max(little, noise) || much <= fewParses * parseMs;
    if (isLinear && much <= mostGrowth * Math.max(parseMs, noise)) return undefined;
  }
  return `${field.field}: ${little.toFixed(1)} ms at 100 kB, ${much.toFixed(1)} at 1 MB, parsed in ${parseMs.toFixed(1)}`;
}

/** The value that takes longest at a size where that is seen soon. */
async function worst(makes: readonly Make[], field: Field): Promise<Make> {
  let [found = () => "", most] = [makes[0], 0];
  for (const make of makes) {
    const ms = await costOf(make, tiny, field);
    if (ms > most) [found, most] = [make, ms];
  }
  return found;
}

const cases = operations
  .filter(({ verb }) => verb === "submit" || verb === "call")
  .map((operation) => ({ ...operation, body: operation.examples[0] ?? {} }));

async function complaints(name: string, base: object, work: Work): Promise<string[]> {
  const found: string[] = [];
  for (const { name: field, type } of requestFields[name] ?? []) {
    const about = { base, field, work };
    const said = await complaint(await worst(worstOf[type] ?? strings, about), about);
    if (said !== undefined) found.push(said);
  }
  return found;
}

describe.each(cases)("$name with any field full of the worst of its type", ({ name, path, body }) => {
  it("is answered by the simulator in time linear in the request", async () => {
    const mock = createMock({ maxRequests: 1, maxTasks: 1 });
    const url = `http://127.0.0.1:1${dialectPath(path, "cometapi")}`;
    const headers = { authorization: "Bearer k" };
    const send = async (text: string) => (await mock.fetch(url, { method: "POST", headers, body: text })).text();
    await send(JSON.stringify(body));
    const work: Work = (base, field, { json }) => {
      const text = `${JSON.stringify({ ...base, [field]: 0 }).slice(0, -1)},${JSON.stringify(field)}:${json}}`;
      return () => send(text);
    };
    expect(await complaints(name, body, work)).toEqual([]);
  });

  it("is checked before sending in time linear in the request", async () => {
    const work: Work = (base, field, { value }) => {
      const given = { ...base, [field]: value };
      return () => preflight(name, given, { dialect: "kling" });
    };
    expect(await complaints(name, body, work)).toEqual([]);
  });
});

describe("a rule with many stars against a hostile path", () => {
  const patterns = ["/kling/*a*a*a*a*b", `/kling/${"*a".repeat(400)}*b`, "*".repeat(1_000), `*${"a".repeat(900)}b*`];

  it.each(patterns)("is tried in time linear in the path: %.30s", async (pattern) => {
    const mock = createMock({ maxRequests: 1 });
    mock.rules.add({ match: { path: pattern }, prefer: "code=1303" });
    const ask = async (size: number) => {
      const address = `http://127.0.0.1:1/kling/v1/videos/text2video/${"a".repeat(size)}`;
      await (await mock.fetch(address, { headers: { authorization: "Bearer k" } })).text();
    };
    const little = await cost(() => ask(small), 5);
    expect(await cost(() => ask(large), 5)).toBeLessThanOrEqual(mostGrowth * Math.max(little, noise));
  });
});
