/** A text from a caller as it fits into a message: it may be as long as a request. @param most characters kept */
export function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}
