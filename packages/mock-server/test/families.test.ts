import { createTinyRenderer } from "@klingkit/mock-server";
import { calls, type Dialect, dialectPath, families, profiles } from "@klingkit/spec";
import { describe, expect, it } from "vitest";
import { type Operation, operations } from "./contract-check.js";
import { expectInContract } from "./expect-in-contract.js";
import { ask, frozenMock, taskOf } from "./helpers.js";

const dialects = ["cometapi", "kling"] as const satisfies readonly Dialect[];
const of = (verb: Operation["verb"]) => operations.filter((operation) => operation.verb === verb);
const cases = (verb: Operation["verb"]) =>
  of(verb).flatMap((operation) => dialects.map((dialect) => ({ ...operation, dialect })));

/** Operations that a server does not have. */
const unavailable = (name: string, dialect: Dialect) => dialect === "cometapi" && name === "expand";
const unserved = (name: string, dialect: Dialect) =>
  !(calls[name as keyof typeof calls]?.dialects as readonly Dialect[] | undefined)?.includes(dialect);

const signatures: Readonly<Record<string, (bytes: Uint8Array) => boolean>> = {
  "video/mp4": (bytes) => Buffer.from(bytes.subarray(4, 8)).toString() === "ftyp",
  "image/png": (bytes) => bytes[0] === 0x89 && bytes[1] === 0x50,
  "audio/mpeg": (bytes) => bytes[0] === 0xff && bytes[1] === 0xfb,
  "audio/wav": (bytes) => Buffer.from(bytes.subarray(0, 4)).toString() === "RIFF",
};

/** Every address anywhere in a value. */
function addresses(value: unknown): string[] {
  if (typeof value === "string") return value.startsWith("https://mock.klingkit.invalid/") ? [value] : [];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(addresses) : [];
}

async function expectFiles(fetch: typeof globalThis.fetch, value: unknown): Promise<number> {
  const found = addresses(value);
  for (const address of found) {
    const response = await fetch(address);
    const type = response.headers.get("content-type") ?? "";
    expect(response.status, address).toBe(200);
    expect(signatures[type]?.(new Uint8Array(await response.arrayBuffer())), `${type} ${address}`).toBe(true);
  }
  return found.length;
}

describe.each(cases("submit"))("$name in the dialect $dialect", ({ name, path, dialect, examples }) => {
  it("takes a request on record and goes its way to results that are what they say", async () => {
    const mock = frozenMock({ dialect, list: true, renderer: createTinyRenderer(), discontinued: "accept" });
    const at = dialectPath(path, dialect);
    const answers = [];
    for (const body of examples) answers.push({ body, answer: await ask(mock.fetch, "POST", at, { body }) });
    for (const { answer } of answers) expectInContract(path, "post", answer);
    if (unavailable(name, dialect))
      return expect(answers.map(({ answer }) => answer.status)).toEqual(answers.map(() => 404));
    const accepted = answers.filter(({ answer }) => answer.status === 200);
    expect(accepted.length, JSON.stringify(answers.map(({ answer }) => answer.body))).toBeGreaterThan(0);
    for (const { answer } of accepted) {
      const { task_id } = taskOf(answer);
      const get = () => ask(mock.fetch, "GET", `${at}/${task_id}`);
      expectInContract(`${path}/{id}`, "get", await get());
      mock.clock.advance(60_000);
      const done = await get();
      expectInContract(`${path}/{id}`, "get", done);
      expect(taskOf(done).task_status).toBe("succeed");
      const results = taskOf(done).task_result as Record<string, unknown[]>;
      const kinds = Object.keys(profiles[name]?.results ?? {});
      expect(kinds).toEqual(expect.arrayContaining(Object.keys(results)));
      expect(Object.values(results).flat().length).toBeGreaterThan(0);
      await expectFiles(mock.fetch, results);
    }
    const page = await ask(mock.fetch, "GET", at);
    expectInContract(path, "get", page);
    expect(page.body.data).toHaveLength(accepted.length);
    expect(mock.ledger.charges).toHaveLength(accepted.length);
  });

  it("refuses an empty request in the contract's shape, without a charge", async () => {
    const mock = frozenMock({ dialect });
    const answer = await ask(mock.fetch, "POST", dialectPath(path, dialect), { body: {} });
    expectInContract(path, "post", answer);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(mock.ledger.charges).toEqual([]);
  });
});

describe.each(cases("call"))("$name in the dialect $dialect", ({ name, path, method, dialect, examples }) => {
  it("answers at once, in the contract's shape, with files that are there", async () => {
    const mock = frozenMock({ dialect, renderer: createTinyRenderer(), accounts: { "test-key": { units: 1_000 } } });
    const at = dialectPath(path, dialect);
    if (unserved(name, dialect))
      return expect(
        (await ask(mock.fetch, method.toUpperCase(), at, method === "post" ? { body: {} } : {})).status,
      ).toBe(301);
    const bodies = method === "get" ? [undefined] : examples.length > 0 ? examples : [{}];
    const query = name === "accountCosts" ? "?start_time=1790000000000&end_time=1795000000000" : "";
    const answers = [];
    for (const body of bodies)
      answers.push(await ask(mock.fetch, method.toUpperCase(), `${at}${query}`, body === undefined ? {} : { body }));
    for (const answer of answers) expectInContract(path, method, answer);
    const accepted = answers.filter(({ status }) => status === 200);
    // The element on record is another account's.
    const least = /^delete\w*Elements$/.test(name) ? 0 : 1;
    expect(accepted.length, JSON.stringify(answers.map(({ body }) => body))).toBeGreaterThanOrEqual(least);
    for (const answer of accepted) await expectFiles(mock.fetch, answer.body);
  });
});

describe("the contract's operations", () => {
  it("are all served: 21 families and 16 calls", () => {
    expect(
      of("submit")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(families).sort());
    expect(
      of("call")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(calls).sort());
    expect([Object.keys(families).length, Object.keys(calls).length]).toEqual([21, 16]);
  });
});
