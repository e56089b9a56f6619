import { callbackFaults } from "../engine/callback-faults.js";
import { scenarios } from "../engine/scenarios.js";
import { catalogueErrors } from "./catalogue-errors.js";
import { faults } from "./faults.js";
import type { Preference } from "./preference.js";
import { shorten } from "./shorten.js";

/** A word the simulator does not know, with those it does. */
export interface UnknownPreference {
  readonly unknown: string;
  readonly known: readonly string[];
}

type Parsed = Preference | UnknownPreference;

/** Reads the `Prefer` header and the words in double brackets in the texts; the header wins. */
export function readPreference(header: string | undefined, texts: readonly string[]): Parsed {
  if (header === undefined && texts.length === 0) return nothing;
  const words = texts.flatMap(wordsIn);
  if (header !== undefined) words.push(header);
  const long = words.find((word) => word.length > longestWords);
  if (long !== undefined) return { unknown: long, known: Object.keys(vocabulary) };
  let preference: Preference = {};
  for (const word of words.flatMap(partsOf)) {
    const equals = word.indexOf("=");
    const name = (equals < 0 ? word : word.slice(0, equals)).trim();
    const value = equals < 0 ? "" : unquoted(word.slice(equals + 1).trim());
    const parsed = readWord(name, value);
    if ("unknown" in parsed) return parsed;
    preference = { ...preference, ...parsed };
  }
  return preference;
}

const nothing: Preference = {};

/** Characters of a header or between brackets: nobody has as much to say. */
const longestWords = 4_000;

/** What stands in double brackets; a single closing one in between makes it none. Looks at each character once. */
function wordsIn(text: string): readonly string[] {
  const words: string[] = [];
  let open = text.indexOf("[[");
  while (open >= 0) {
    const close = text.indexOf("]", open + 2);
    if (close < 0) return words;
    if (text[close + 1] === "]") words.push(text.slice(open + 2, close));
    open = text.indexOf("[[", close + 1);
  }
  return words;
}

/** Words between commas or semicolons that stand in no quotation marks. Looks at each character once. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index <= text.length; index += 1) {
    const character = text[index];
    if (character === '"') isQuoted = !isQuoted;
    if (character !== undefined && (isQuoted || (character !== "," && character !== ";"))) continue;
    const part = text.slice(start, index).trim();
    if (part !== "") parts.push(part);
    start = index + 1;
  }
  return parts;
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

export function isUnknown(parsed: Parsed): parsed is UnknownPreference {
  return "unknown" in parsed;
}

/** One sentence about an unknown word. */
export function complain({ unknown, known }: UnknownPreference): string {
  return `The simulator does not know the preference "${shorten(unknown, 60)}". Known: ${known.join(", ")}.`;
}

/** The words as they were understood; reading them again gives the same. */
export function describePreference(preference: Preference): string {
  return Object.entries(preference)
    .map(([name, value]) => `${name}=${name === "failure" ? `"${value}"` : value}`)
    .join(", ");
}

/** Shortest and longest delay in milliseconds. */
export function delayRange(delay: string): readonly [number, number] {
  const [from = "", to = from] = delay.split("-");
  return [Number(from), Number(to)];
}

function readWord(name: string, value: string): Parsed {
  const known = Object.hasOwn(vocabulary, name) ? vocabulary[name] : undefined;
  if (!known) return { unknown: name, known: Object.keys(vocabulary) };
  const fits = typeof known === "function" ? known(value) : known.includes(value);
  return fits ? { [name]: value } : { unknown: `${name}=${value}`, known: hints[name] ?? (known as readonly string[]) };
}

/** What each word may say: one of these, or what passes the test. */
const vocabulary: Readonly<Record<string, readonly string[] | ((value: string) => boolean)>> = {
  code: [...catalogueErrors.keys()],
  scenario: Object.keys(scenarios),
  failure: (value) => value.length > 0 && value.length <= 200 && !value.includes('"'),
  fault: Object.keys(faults),
  "callback-fault": Object.keys(callbackFaults),
  delay: isDelay,
  lag: (value) => /^\d{1,9}$/.test(value),
  times: (value) => /^[1-9]\d{0,5}$/.test(value),
};

const hints: Readonly<Record<string, readonly string[]>> = {
  failure: ["a text of 1 to 200 characters without quotation marks in it"],
  delay: ["0 to 600000 milliseconds", "a range of them such as 200-800"],
  lag: ["0 to 999999999 milliseconds"],
  times: ["1 to 999999"],
};

function isDelay(value: string): boolean {
  if (!/^\d+(\.\d+)?(-\d+(\.\d+)?)?$/.test(value)) return false;
  const [from, to] = delayRange(value);
  return from <= to && to <= 600_000;
}
