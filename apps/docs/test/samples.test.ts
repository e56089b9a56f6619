import { execFileSync } from "node:child_process";
import * as core from "@klingkit/core";
import { createMock, MockClock, type MockOptions } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { skipWithout } from "../../../tests/support/tools.js";
import { picture } from "../src/examples/picture.js";
import { contract } from "../src/reference/contract.js";
import { quietProgram } from "../src/reference/quiet-program.js";
import { samplesOf } from "../src/reference/samples/index.js";
import { compile } from "../src/sandbox/compile.js";

const samples = contract.groups.flatMap((group) =>
  group.operations.flatMap((operation) => {
    const made = samplesOf(operation, group);
    return made ? [{ id: operation.id, operation, ...made }] : [];
  }),
);

describe("the TypeScript samples", () => {
  it.concurrent.each(samples)("of $id runs on the simulator", async ({ typescript }) => {
    const printed: unknown[][] = [];
    const modules: Record<string, unknown> = {
      "@klingkit/core": core,
      "@klingkit/mock-server": { createMock: hurried, MockClock },
      "./picture.js": { picture },
    };
    await compile(typescript)((name) => modules[name], {}, { log: (...values: unknown[]) => printed.push(values) });
    expect(printed.flat(), typescript).not.toHaveLength(0);
    expect(printed.flat(), typescript).not.toContain(undefined);
  });

  it("exist for every operation but the callback", () => {
    const ids = samples.map(({ id }) => id);
    const all = contract.groups.flatMap(({ operations }) => operations.map(({ id }) => id));
    expect(all.filter((id) => !ids.includes(id))).toEqual(["taskChanged"]);
  });
});

it.each(samples)("the command of $id can be parsed", async ({ command }) => {
  const words = wordsOf(command.replace(/ <<'JSON'[\s\S]*$/, ""));
  expect(words[0]).toBe("klingkit");
  await expect(parsed(words.slice(1))).resolves.toBeUndefined();
});

describe("the samples of curl and Python", () => {
  const curl = skipWithout("curl");
  it.skipIf(curl.skip)(`say the same in a shell${curl.note}`, () => {
    // A function stands in for curl: the shell reads the sample's words, and nothing is sent.
    const script = samples.map(({ curl }) => `curl() { printf '%s\\0' "$@"; printf '\\n\\0'; }\n${curl}`).join("\n");
    const output = execFileSync("sh", ["-c", script], { env: keys, encoding: "utf8" });
    const calls = output
      .split("\n\0")
      .slice(0, -1)
      .map((call) => call.split("\0").slice(0, -1));
    expect(calls).toHaveLength(samples.length);
    for (const [index, [address = "", ...rest]] of calls.entries()) {
      const { operation } = samples[index] as (typeof samples)[number];
      expect(rest).toContain("Authorization: Bearer a-key");
      expect(new URL(address).pathname).toMatch(pathOf(operation.path));
      const data = rest[rest.indexOf("-d") + 1];
      if (operation.method !== "POST") expect(rest).not.toContain("-d");
      else
        expect([rest.includes("Content-Type: application/json"), typeof JSON.parse(data ?? "")]).toEqual([
          true,
          "object",
        ]);
    }
  });

  const python = skipWithout("python3");
  it.skipIf(python.skip)(`are sent by Python as they are meant${python.note}`, () => {
    const input = JSON.stringify(samples.map(({ python }) => python));
    const output = execFileSync("python3", ["-c", runPython], { env: keys, encoding: "utf8", input });
    const sent = JSON.parse(output) as {
      url: string;
      method: string;
      body: string | null;
      headers: Record<string, string>;
    }[];
    expect(sent).toHaveLength(samples.length);
    for (const [index, { url, method, headers }] of sent.entries()) {
      const { operation } = samples[index] as (typeof samples)[number];
      expect([method, headers.Authorization]).toEqual([operation.method, "Bearer a-key"]);
      expect(new URL(url).pathname).toMatch(pathOf(operation.path));
    }
  });
});

const keys = { PATH: process.env.PATH ?? "", COMETAPI_KEY: "a-key", KLING_API_KEY: "a-key" };

/** Runs each sample with an `urlopen` that takes down what it is given. */
const runPython = `
import io, json, sys, urllib.request
sent = []
def urlopen(request, timeout):
    body = request.data.decode() if request.data else None
    sent.append({"url": request.full_url, "method": request.get_method(), "body": body, "headers": dict(request.header_items())})
    return io.BytesIO(b'{"data": {}}')
urllib.request.urlopen = urlopen
out, sys.stdout = sys.stdout, io.StringIO()
for code in json.load(sys.stdin):
    exec(code, {})
out.write(json.dumps(sent))
`;

/** A simulator whose tasks end with the first query. */
const hurried = (options: MockOptions = {}) => createMock({ progress: { reads: [0, 0] }, ...options });

function pathOf(path: string): RegExp {
  return new RegExp(`${path.replace(/^\/kling/, "").replace("{id}", "\\d+")}$`);
}

function wordsOf(line: string): string[] {
  const words = line.replaceAll("\\\n", " ").matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g);
  return [...words].map(([, quoted, plain]) => quoted?.replaceAll("'\\''", "'") ?? plain ?? "");
}

/** Parses a command without doing anything. */
async function parsed(words: readonly string[]): Promise<void> {
  const program = quietProgram();
  const disarm = (command: typeof program): void => {
    if (command.commands.length === 0) command.action(() => {});
    for (const child of command.commands) disarm(child as typeof program);
  };
  disarm(program);
  await program.parseAsync([...words], { from: "user" });
}
