import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { calls, type Dialect, dialectPath, families } from "@klingkit/spec";
import { describe, expect, it } from "vitest";
import { builtFile } from "../scripts/freshness.mjs";

/** One endpoint of the provider, as the generator lists it. */
interface Row {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly gatewayStatus: string;
  readonly verbs: readonly string[];
  readonly requestOnRecord: boolean;
  readonly answerOnRecord: boolean;
}

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const rows = JSON.parse(read("spec/generated/coverage.json")) as readonly Row[];
const table = new URL("../docs/endpoints.md", import.meta.url);
const cli = builtFile("packages/cli", "dist/bin.js");
const dialects = ["cometapi", "kling"] as const satisfies readonly Dialect[];

/** Whether the simulator knows the path, in at least one dialect: any answer but "wrong path". */
async function isServed({ path, method }: Row): Promise<boolean> {
  for (const dialect of dialects) {
    const answer = await createMock({ dialect, list: true }).fetch(
      `https://simulator.invalid${dialectPath(path, dialect)}`,
      {
        method,
        redirect: "manual",
        headers: { authorization: "Bearer k" },
        ...(method === "POST" ? { body: "{}" } : {}),
      },
    );
    const body = (await answer.json().catch(() => ({}))) as { readonly code?: number };
    if (answer.status !== 301 && body.code !== 1203) return true;
  }
  return false;
}

/** Names the command line offers, from its own help. */
function offered(command: string): string {
  const { stdout } = spawnSync(process.execPath, [cli, command, "--help"], {
    cwd: new URL("..", import.meta.url),
    encoding: "utf8",
  });
  return stdout;
}

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const yes = (value: boolean) => (value ? "yes" : "no");

describe("every endpoint of the provider", () => {
  it("is in the contract, typed in the client, served by the simulator and reachable from the command line", async () => {
    const client = createKlingClient({ apiKey: "k", fetch: createMock().fetch }) as unknown as Record<string, unknown>;
    const help = { submit: offered("submit"), call: offered("call") };
    const lines = [];
    for (const row of rows) {
      const isFamily = row.operation in families;
      const served = await isServed(row);
      const typed = row.operation in client && (isFamily || row.operation in calls);
      const reachable = new RegExp(`^\\s+${kebab(row.operation)} `, "m").test(isFamily ? help.submit : help.call);
      expect([served, typed, reachable], row.operation).toEqual([true, true, true]);
      const record = (onRecord: boolean) => (onRecord ? "yes" : "not on record");
      lines.push(
        `| ${row.operation} | \`${row.method} ${row.path}\` | ${row.verbs.join(", ")} | ${row.gatewayStatus} | yes | ${yes(typed)} | ${yes(served)} | ${yes(reachable)} | ${record(row.requestOnRecord)} | ${record(row.answerOnRecord)} |`,
      );
    }
    const text = `# Endpoints

Made by \`tests/coverage.test.ts\` from the contract and the built packages; \`UPDATE_DOCS=1 npm test\` writes it again.
"Gateway" is what is known of the operation at CometAPI.

| operation | create or call | verbs | gateway | contract | client | simulator | command line | request | answer |
|---|---|---|---|---|---|---|---|---|---|
${lines.join("\n")}
`;
    if (process.env.UPDATE_DOCS) writeFileSync(table, text);
    expect(read("docs/endpoints.md")).toBe(text);
    expect(rows).toHaveLength(37);
  });
});
