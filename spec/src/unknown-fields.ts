import { knownFields } from "../generated/known-fields.js";
import { type Finding, firstOf, mostItems, shown } from "./finding.js";
import { own } from "./own.js";
import { warn } from "./rules/rule.js";

/** Words that others use for the contract's. */
const synonyms: Readonly<Record<string, string>> = {
  webhook: "callback",
  hook: "callback",
  end: "tail",
  last: "tail",
  frame: "image",
};
/** Longer names are no slips, and comparing takes time. */
const longestName = 60;
/** Names less alike than this, of 0 to 1, have nothing to do with each other. */
const leastLikeness = 0.5;

/** Warns of fields that the contract does not have, with the nearest one that it has: the server ignores them. */
export function unknownFields(operation: string, body: unknown): Finding[] {
  const known = own(knownFields, operation);
  return known === undefined ? [] : firstOf(unknownIn(body, "", { operation, known }));
}

interface Contract {
  readonly operation: string;
  /** Names by where they stand: "" for the body, `image_list.*` for an item of that list. */
  readonly known: Readonly<Record<string, string>>;
}

/** @param where the object's place in the contract; in the finding the items of lists have their numbers */
function* unknownIn(node: unknown, where: string, contract: Contract, place = where): Generator<Finding> {
  const names = own(contract.known, where)?.split(" ");
  if (Array.isArray(node)) {
    for (const [index, item] of node.slice(0, mostItems).entries())
      yield* unknownIn(item, join(where, "*"), contract, join(place, index));
  } else if (names && typeof node === "object" && node !== null) {
    for (const name of Object.keys(node)) {
      const value: unknown = Reflect.get(node, name);
      if (names.includes(name)) yield* unknownIn(value, join(where, name), contract, join(place, name));
      else if (value !== undefined)
        yield warning(contract.operation, join(place, shown(name)), nearestName(name, names));
    }
  }
}

function join(where: string, name: string | number): string {
  return where === "" ? String(name) : `${where}.${name}`;
}

function warning(operation: string, field: string, meant: string | undefined): Finding {
  const advice = meant
    ? `Use ${meant} in place of ${field}: the server ignores fields that it does not know.`
    : `Leave ${field} out: the server ignores fields that it does not know.`;
  return warn("unknown-field", field, `${operation} has no field ${field}`, advice);
}

/** The known name that a misspelt one, or another's word for it, probably means; undefined where none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > longestName) return undefined;
  const scored = known.map((each) => ({
    each,
    score: Math.max(likeness(wordsOf(name), wordsOf(each)), likeness(pairsOf(name), pairsOf(each))),
  }));
  const best = scored.reduce((left, right) => (right.score > left.score ? right : left));
  return best.score >= leastLikeness ? best.each : undefined;
}

/** How much two sets have in common (Dice's coefficient). */
function likeness(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  const common = [...left].filter((item) => right.has(item)).length;
  return (2 * common) / (left.size + right.size);
}

/** `webhookUrl` → callback, url. */
function wordsOf(name: string): ReadonlySet<string> {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return new Set(words.map((word) => own(synonyms, word) ?? word));
}

/** Neighbouring letters, for slips of the finger. */
function pairsOf(name: string): ReadonlySet<string> {
  const letters = ` ${name.toLowerCase()} `;
  return new Set(Array.from({ length: letters.length - 1 }, (_, index) => letters.slice(index, index + 2)));
}
