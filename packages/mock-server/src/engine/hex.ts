/** A table, because writing a number to base 16 is slow, and every address of a result has ninety digits. */
const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal digits. @param draw gives numbers 0 ≤ x < 1 */
export function hexDigits(draw: () => number, length: number): string {
  let digits = "";
  while (digits.length < length) digits += bytes[Math.floor(draw() * 256)];
  return digits.slice(0, length);
}

/** A random (version 4) UUID out of 30 hexadecimal digits. */
export function uuidOf(digits: string): string {
  const [time, middle, version] = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 15)];
  return `${time}-${middle}-4${version}-a${digits.slice(15, 18)}-${digits.slice(18, 30)}`;
}
