/** Flags of `klingkit generate` that take no value. */
export const booleanFlags = [
  "--all",
  "--allow-http",
  "--api-key-stdin",
  "--force",
  "--help",
  "-h",
  "--json",
  "--mock",
  "--multi-shot",
];

/**
 * Whether a picture is named anywhere among the arguments: a word that is no flag and no flag's value.
 * @param {readonly string[]} args
 */
export function namesPicture(args) {
  return args.some((word, index) => !word.startsWith("-") && !takesValue(args[index - 1]));
}

/** @param {string | undefined} word */
function takesValue(word) {
  return word !== undefined && /^-+[^=]+$/.test(word) && !booleanFlags.includes(word);
}
