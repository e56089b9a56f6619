import { scenarios } from "../scenarios/index.js";
import { catalogueErrors } from "./catalogue-errors.js";
import { faults } from "./faults.js";

/** What a caller asked of the simulator: `Prefer: scenario=stuck, delay=2500`, or `[[scenario=stuck]]` in a prompt. */
export interface Preference {
  /** Refuse with this error of the catalogue, by number or name. */
  readonly code?: string;
  /** Let the task's life go like this story. */
  readonly scenario?: string;
  /** Spoil the answer in this way. */
  readonly fault?: string;
  /** Answer this many milliseconds late, at most 600 000. */
  readonly delay?: number;
}

/** A word the simulator does not know, with those it does. */
export interface UnknownPreference {
  readonly unknown: string;
  readonly known: readonly string[];
}

type Parsed = Preference | UnknownPreference;

/** Reads the `Prefer` header and the prompts' `[[…]]`; the header wins. */
export function readPreference(header: string | undefined, prompts: readonly string[]): Parsed {
  const words = prompts.flatMap((prompt) => [...prompt.matchAll(/\[\[([^\]]*)\]\]/g)].map(([, word]) => word ?? ""));
  if (header !== undefined) words.push(header);
  let preference: Preference = {};
  for (const word of words.flatMap((text) => text.split(/[,;]/)).map((text) => text.trim())) {
    if (word === "") continue;
    const [name = "", value = ""] = word.split("=", 2).map((part) => part.trim().replace(/^"(.*)"$/, "$1"));
    const parsed = readWord(name, value);
    if ("unknown" in parsed) return parsed;
    preference = { ...preference, ...parsed };
  }
  return preference;
}

export function isUnknown(parsed: Parsed): parsed is UnknownPreference {
  return "unknown" in parsed;
}

/** The words as they were understood, for `Preference-Applied`. */
export function describePreference(preference: Preference): string {
  return Object.entries(preference)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}

function readWord(name: string, value: string): Parsed {
  const known = vocabulary[name];
  if (!known) return { unknown: name, known: Object.keys(vocabulary) };
  if (name === "delay") {
    const ms = Number(value);
    return Number.isFinite(ms) && ms >= 0 && ms <= 600_000 && value !== ""
      ? { delay: ms }
      : { unknown: `delay=${value}`, known };
  }
  return known.includes(value) ? { [name]: value } : { unknown: `${name}=${value}`, known };
}

const vocabulary: Readonly<Record<string, readonly string[]>> = {
  code: [...catalogueErrors.keys()],
  scenario: Object.keys(scenarios),
  fault: Object.keys(faults),
  delay: ["0 to 600000 milliseconds"],
};
