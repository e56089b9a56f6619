import { base64Bytes } from "@klingkit/spec/picture";
import { contentKey } from "./content-key.js";

/** Pictures submitted as base64, kept by content; the oldest go when they outgrow the limit. */
export class PictureStore {
  readonly #pictures = new Map<string, Uint8Array>();
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /**
   * Keeps the picture.
   * @param key the one it was kept under before: base64 can write the same bytes in other ways. Default: made of the text
   * @returns its key, the same for the same text
   */
  keep(base64: string, key = contentKey(base64)): string | undefined {
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

  /** Pictures by key, oldest first. */
  entries(): Iterable<[string, Uint8Array]> {
    return this.#pictures.entries();
  }

  clear(): void {
    this.#pictures.clear();
    this.#bytes = 0;
  }
}
