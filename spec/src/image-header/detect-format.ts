/** What bytes look like by their first few. */
export interface DetectedFormat {
  /** A name fit for an error message. */
  readonly name: string;
  readonly isImage: boolean;
}

/** Binary formats by the text (one character a byte) they begin with. */
const binaryStarts: readonly (readonly [start: string, name: string, isImage: boolean])[] = [
  ["\xff\xd8", "JPEG", true],
  ["GIF87a", "GIF", true],
  ["GIF89a", "GIF", true],
  ["II*\0", "TIFF", true],
  ["MM\0*", "TIFF", true],
  ["\0\0\x01\0", "ICO", true],
  ["\xff\x0a", "JPEG XL", true],
  ["\0\0\0\x0cJXL ", "JPEG XL", true],
  ["\0\0\0\x0cjP  ", "JPEG 2000", true],
  ["8BPS", "Photoshop", true],
  ["%PDF", "PDF", false],
  ["PK\x03\x04", "ZIP", false],
  ["\x1f\x8b", "gzip", false],
  ["\x1aE\xdf\xa3", "WebM", false],
];

const pngSignature = "\x89PNG\r\n\x1a\n";
const sniffedBytes = 512;

/**
 * Names the format of a file from its first bytes.
 *
 * @returns undefined where nothing is recognised
 */
export function detectFormat(bytes: Uint8Array): DetectedFormat | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, sniffedBytes));
  // An incomplete signature counts too, so that a broken upload is not reported as a foreign format.
  const start = head.slice(0, pngSignature.length);
  if (start.length >= 4 && pngSignature.startsWith(start)) return { name: "PNG", isImage: true };
  for (const [signature, name, isImage] of binaryStarts) {
    if (head.startsWith(signature)) return { name, isImage };
  }
  return detectContainer(head) ?? detectText(bytes.subarray(0, sniffedBytes));
}

function detectContainer(head: string): DetectedFormat | undefined {
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return { name: "WebP", isImage: true };
  // "BM" alone also begins ordinary words; a bitmap has two reserved zero fields.
  if (head.startsWith("BM") && head.slice(6, 10) === "\0\0\0\0") return { name: "BMP", isImage: true };
  if (head.slice(4, 8) === "ftyp") return detectIsoMedia(head.slice(8, 12));
  return undefined;
}

function detectIsoMedia(brand: string): DetectedFormat {
  if (brand === "avif" || brand === "avis") return { name: "AVIF", isImage: true };
  if (/^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand)) return { name: "HEIC", isImage: true };
  return { name: brand === "qt  " ? "QuickTime" : "MP4", isImage: false };
}

function detectText(head: Uint8Array): DetectedFormat | undefined {
  const text = decodeText(head)?.trimStart();
  if (text === undefined || text === "") return undefined;
  if (/^(<\?xml|<!--|<!doctype svg|<svg)/i.test(text) && /<svg[\s>]/i.test(text)) return { name: "SVG", isImage: true };
  if (/^<(!doctype html|html|head|body)/i.test(text)) return { name: "HTML", isImage: false };
  if (text.startsWith("<")) return { name: "XML", isImage: false };
  if (/^[[{]/.test(text)) return { name: "JSON", isImage: false };
  return { name: "text", isImage: false };
}

/** The text, or undefined where the bytes are no UTF-8 or hold control characters. */
function decodeText(head: Uint8Array): string | undefined {
  if (head.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20))) return undefined;
  try {
    // "stream" allows the sniffed part to end inside a character.
    return new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
  } catch {
    return undefined;
  }
}
