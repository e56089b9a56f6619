import { dialects } from "@klingkit/spec";
import openapi from "@klingkit/spec/openapi.json";
import { contract } from "./contract.js";

const meanings: Readonly<Record<string, string>> = {
  official: "a Kling document, or a verbatim mirror of one",
  gateway: "a page of CometAPI",
  many: "several independent third parties agree",
  one: "one source only",
  inferred: "concluded or computed from other facts",
  none: "no source; the body is an open object",
};

/** How often each mark stands in the contract. */
export const markRows: readonly (readonly string[])[] = Object.entries(meanings).map(([mark, meaning]) => [
  mark,
  String(marks(openapi).filter((found) => found === mark).length),
  meaning,
]);

const operations = contract.groups.flatMap((group) => group.operations).filter(({ id }) => id !== "taskChanged");

/** What is known of an operation at the gateway. */
function statusOf({ source }: (typeof operations)[number]): string {
  return source["x-cometapi-path"] === "none" ? "not served" : String(source["x-cometapi-status"]);
}

/** The operations by what is known of them at the gateway. */
export const gatewayRows: readonly (readonly string[])[] = [...new Set(operations.map(statusOf))].map((status) => {
  const those = operations.filter((operation) => statusOf(operation) === status);
  return [status, String(those.length), those.map(({ id }) => id).join(", ")];
});

/** What the simulator answers on a guess. */
export const unverifiedRows: readonly (readonly string[])[] = Object.entries(dialects).flatMap(([dialect, row]) =>
  Object.entries(row.situations)
    .filter(([, answer]) => "unverified" in answer && answer.unverified)
    .map(([situation, answer]) => [dialect, situation, wordsOf(answer)]),
);

function wordsOf(answer: object): string {
  const { status, code, message } = answer as { status?: number; code?: number | string; message?: string };
  return [status && `HTTP ${status}`, code && `\`${code}\``, message].filter(Boolean).join(", ");
}

function marks(value: unknown): string[] {
  if (value === null || typeof value !== "object") return [];
  const { "x-evidence": evidence } = value as { readonly "x-evidence"?: { readonly mark?: string } };
  return [...(evidence?.mark ? [evidence.mark] : []), ...Object.values(value).flatMap(marks)];
}
