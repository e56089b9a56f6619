import { base64Bytes } from "@klingkit/spec/picture";

/** Pictures submitted as base64, kept by content; the oldest go when they outgrow the limit. */
export class PictureStore {
  readonly #pictures = new Map<string, Uint8Array>();
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Keeps the picture. @returns its key, the same for the same text */
  keep(base64: string): string | undefined {
    const key = contentKey(base64);
    if (this.#pictures.has(key)) return key;
    const bytes = base64Bytes(base64);
    if (!bytes) return undefined;
    this.#pictures.set(key, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, { length }] of this.#pictures) {
      if (this.#bytes <= this.#limitBytes || oldest === key) break;
      this.#pictures.delete(oldest);
      this.#bytes -= length;
    }
    return key;
  }

  get(key: string): Uint8Array | undefined {
    return this.#pictures.get(key);
  }

  clear(): void {
    this.#pictures.clear();
    this.#bytes = 0;
  }
}

/** A 64-bit FNV-1a over the text in two halves, and its length: enough to tell pictures apart, without waiting for a digest. */
function contentKey(text: string): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + index), 0x01000193);
  }
  return `${(low >>> 0).toString(16)}-${(high >>> 0).toString(16)}-${text.length}`;
}
