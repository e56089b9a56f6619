import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMock, type Mock, type MockOptions } from "@klingkit/mock-server";
import { type StateFile, type StateFileOptions, stateFile } from "@klingkit/mock-server/node";
import { onTestFinished } from "vitest";
import { ask, image2video, minimal, taskOf } from "./helpers.js";

/** Path of a state file that goes when the test has. */
export function statePath(): string {
  const folder = mkdtempSync(join(tmpdir(), "klingkit-state-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "state.jsonl");
}

/** A simulator in this process that keeps its state in the file. */
export function keptMock(
  path: string,
  options: MockOptions = {},
  file: StateFileOptions = {},
): { readonly mock: Mock; readonly journal: StateFile } {
  const journal = stateFile(path, file);
  return { mock: createMock({ ...options, journal }), journal };
}

/** Submits a task. @returns its id */
export async function submit(mock: Mock, body: Record<string, unknown> = {}, key = "test-key"): Promise<string> {
  const answer = await ask(mock.fetch, "POST", image2video[mock.dialect], {
    body: { ...minimal, ...body },
    headers: { authorization: `Bearer ${key}` },
  });
  if (answer.status !== 200) throw new Error(`Refused: ${JSON.stringify(answer.body)}`);
  return taskOf(answer).task_id;
}

export function linesIn(path: string): string[] {
  return readFileSync(path, "utf8").trimEnd().split("\n");
}
