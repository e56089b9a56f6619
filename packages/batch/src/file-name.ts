/** The name of a row's files, without extension: letters, digits, dots, dashes and underscores of its id. */
export function fileNameOf(id: string): string {
  const name = id
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")
    .replaceAll(/^[.-]+|[.-]+$/g, "")
    .slice(0, 80)
    // Half a character, which no address can hold.
    .replace(/[\ud800-\udbff]$/, "");
  return name || "row";
}
