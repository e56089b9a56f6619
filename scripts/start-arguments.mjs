import { existsSync } from "node:fs";
import path from "node:path";

/** Flags of `klingkit generate` that take no value. */
export const booleanFlags = [
  "--all",
  "--allow-http",
  "--api-key-stdin",
  "--force",
  "--help",
  "-h",
  "--json",
  "--jsonl",
  "--mock",
  "--multi-shot",
  "--no-preview",
];

/** Its other flags, so that a wrong one is told before anything is installed. */
export const valueFlags = [
  "--model-name",
  "--image-tail",
  "--prompt",
  "--negative-prompt",
  "--shot-type",
  "--sound",
  "--cfg-scale",
  "--mode",
  "--static-mask",
  "--duration",
  "--callback-url",
  "--external-task-id",
  "--body",
  "--budget",
  "--dialect",
  "--base-url",
  "--out",
  "--seed",
  "--jobs",
  "--timeout",
];

/**
 * Whether a picture is named anywhere among the arguments: a word that is no flag and no flag's value.
 * @param {readonly string[]} args
 */
export function namesPicture(args) {
  return picturesIn(args).length > 0;
}

/**
 * Names an option that `npm start` does not have, before anything is installed.
 * @param {readonly string[]} args
 * @returns {string | undefined} one sentence; undefined where all are known
 */
export function unknownFlagOf(args) {
  const flags = args.filter((word, index) => word.startsWith("-") && word !== "-" && !takesValue(args[index - 1]));
  const unknown = flags.map((word) => word.replace(/=.*/s, "")).find((flag) => !isKnown(flag));
  return (
    unknown && `npm start knows no option ${unknown}. Its options: ${[...valueFlags, ...booleanFlags].join(", ")}.`
  );
}

/**
 * Names a picture that does not exist.
 * @param {readonly string[]} args
 * @param {string} cwd the folder that relative paths start from
 * @returns {string | undefined} one sentence; undefined where all exist
 */
export function missingPictureOf(args, cwd) {
  const missing = picturesIn(args).find(
    (word) => !/^(https?:|data:)|^-$/.test(word) && !existsSync(path.resolve(cwd, word)),
  );
  return missing && `There is no file ${missing}. Check the path.`;
}

function picturesIn(args) {
  return args.filter((word, index) => !word.startsWith("-") && !takesValue(args[index - 1]));
}

function isKnown(flag) {
  return booleanFlags.includes(flag) || valueFlags.includes(flag);
}

/** @param {string | undefined} word */
function takesValue(word) {
  return word !== undefined && /^-+[^=]+$/.test(word) && !booleanFlags.includes(word);
}
