/**
 * Gives the sandbox what browsers keep for secure contexts, which a frame without an origin is not: random UUIDs.
 */
export function completeCrypto(): void {
  if (typeof crypto.randomUUID === "function") return;
  Object.defineProperty(crypto, "randomUUID", { value: randomUuid });
}

/** Version 4, as in RFC 9562. */
function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, index) => {
    const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
    return marked.toString(16).padStart(2, "0");
  }).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
