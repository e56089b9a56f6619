/** The length of a text as JSON Schema's limits count it: in code points, so that an emoji counts once or more, never half. */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index += 1) if ((text.codePointAt(index) ?? 0) > 0xffff) length -= 1;
  return length;
}
