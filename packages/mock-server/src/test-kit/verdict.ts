import type { Mock } from "../mock.js";

/** A matcher's result, in the form that Vitest and Jest take. */
export interface Verdict {
  readonly pass: boolean;
  message(): string;
}

/** Finds the simulator in the value under test: the simulator itself, or a server or fetch around it. @throws TypeError for anything else */
export function mockOf(received: unknown): Mock {
  if (isMock(received)) return received;
  const inner =
    received !== null && received !== undefined ? (received as { readonly mock?: unknown }).mock : undefined;
  if (isMock(inner)) return inner;
  throw new TypeError(
    "This matcher needs a simulator: what createMock() made, or a server or fetch that has one as its `mock`.",
  );
}

/** @throws Error where entries of a log are not kept any more: to count the others would prove nothing */
export function mustBeWhole(dropped: number, what: string, option: string): void {
  if (dropped > 0)
    throw new Error(`This can't be told: ${dropped} ${what} are not kept any more. Give a higher ${option}.`);
}

/** Lines shown of a log at most. */
const mostLines = 20;

/** A sentence, then the log, one line for each entry; only the latest where there are many. */
export function withLog(sentence: string, what: string, lines: readonly string[]): string {
  if (lines.length === 0) return `${sentence}\nThere are no ${what} at all.`;
  const shown = lines.slice(-mostLines).map((line) => `  ${line}`);
  const count = lines.length > mostLines ? `latest ${mostLines} of ${lines.length} ` : "";
  return [sentence, `The ${count}${what}:`, ...shown].join("\n");
}

/** "once", "3 times". */
export function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function isMock(value: unknown): value is Mock {
  return value !== null && typeof value === "object" && "ledger" in value && "requests" in value;
}
