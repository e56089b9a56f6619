/** The sequences that steer terminals, such as colours: escape, bracket, parameters, a letter. */
const terminalSequences = new RegExp(`${String.fromCharCode(27)}\\[[\\d;?]*[ -/]*[@-~]`, "g");
/** Control and format characters, those that turn the direction of writing among them, and line breaks of every kind. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}\s]+/gu;

/**
 * A text from outside as it fits into a message or a log: on one line, without characters that steer a terminal or turn
 * what stands beside it, and short.
 * @param most characters that are kept. Default 300
 */
export function plainText(text: string, most = 300): string {
  // Ten times as much is looked at: what is taken out must not cost what is good.
  const start = text
    .slice(0, most * 10)
    .replace(terminalSequences, "")
    .replace(unprintable, " ")
    .trim();
  return start.length > most ? `${start.slice(0, most - 1).replace(/\p{Cs}$/u, "")}…` : start;
}
