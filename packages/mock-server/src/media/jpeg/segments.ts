import { PictureDecodeError } from "../renderer.js";
import { buildHuffmanTable, type HuffmanTable } from "./huffman-table.js";
import { type JpegComponent, type JpegFrame, readFrame } from "./jpeg-frame.js";
import type { ScanBand } from "./scan-band.js";
import { ZIGZAG } from "./zigzag.js";

/** A scan header, its tables already handed to the components. */
export interface ScanHeader {
  readonly components: readonly JpegComponent[];
  readonly band: ScanBand;
  readonly restartInterval: number;
  /** Where the scan's bits begin. */
  readonly position: number;
}

/** Walks a JPEG's segments and keeps the tables they define. */
export class JpegSegments {
  readonly bytes: Uint8Array;
  /** Where the next segment is looked for. */
  position = 2;
  frame: JpegFrame | undefined;
  adobeTransform: number | undefined;
  isJfif = false;
  private restartInterval = 0;
  private readonly quantizations = new Map<number, Uint16Array>();
  private readonly huffmans = new Map<number, HuffmanTable>();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Reads on to the next scan; undefined at the end of the picture, whether marked or not. */
  nextScan(): ScanHeader | undefined {
    for (;;) {
      const marker = this.nextMarker();
      if (marker === undefined || marker === 0xd9) return undefined;
      if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
      const payload = this.takePayload();
      if (payload === undefined) return undefined;
      if (marker === 0xda) return this.readScan(payload);
      this.readSegment(marker, payload);
    }
  }

  private nextMarker(): number | undefined {
    const { bytes } = this;
    let at = this.position;
    while (at < bytes.length && bytes[at] !== 0xff) at += 1;
    while (at < bytes.length && bytes[at] === 0xff) at += 1;
    this.position = at + 1;
    return bytes[at];
  }

  private takePayload(): Uint8Array | undefined {
    const start = this.position;
    const length = (this.bytes[start] ?? 0) * 256 + (this.bytes[start + 1] ?? 0);
    if (length < 2 || start + length > this.bytes.length) return undefined;
    this.position = start + length;
    return this.bytes.subarray(start + 2, start + length);
  }

  private readSegment(marker: number, payload: Uint8Array): void {
    if (marker === 0xdb) this.readQuantizations(payload);
    else if (marker === 0xc4) this.readHuffmans(payload);
    else if (marker === 0xdd) this.restartInterval = (payload[0] ?? 0) * 256 + (payload[1] ?? 0);
    else if (marker === 0xe0) this.isJfif ||= startsWith(payload, "JFIF\0");
    else if (marker === 0xee && startsWith(payload, "Adobe")) this.adobeTransform = payload[11];
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
      if (this.frame !== undefined) throw new PictureDecodeError("The JPEG holds more than one frame.");
      this.frame = readFrame(marker, payload);
    }
  }

  private readQuantizations(payload: Uint8Array): void {
    for (let at = 0; at < payload.length; ) {
      const head = payload[at] ?? 0;
      const width = head >> 4 === 0 ? 1 : 2;
      const table = new Uint16Array(64);
      ZIGZAG.forEach((natural, index) => {
        const from = at + 1 + index * width;
        table[natural] = width === 1 ? (payload[from] ?? 0) : (payload[from] ?? 0) * 256 + (payload[from + 1] ?? 0);
      });
      this.quantizations.set(head & 15, table);
      at += 1 + 64 * width;
    }
  }

  private readHuffmans(payload: Uint8Array): void {
    for (let at = 0; at < payload.length; ) {
      const lengths = payload.subarray(at + 1, at + 17);
      const count = lengths.reduce((sum, length) => sum + length, 0);
      const symbols = payload.subarray(at + 17, at + 17 + count);
      this.huffmans.set(payload[at] ?? 0, buildHuffmanTable(lengths, symbols));
      at += 17 + count;
    }
  }

  private readScan(payload: Uint8Array): ScanHeader {
    const count = payload[0] ?? 0;
    const components = Array.from({ length: count }, (_, index) => this.scanComponent(payload, 1 + index * 2));
    const [from = 0, to = 0, bits = 0] = payload.subarray(1 + count * 2);
    const progressive = this.frame?.progressive ?? false;
    const bandIsSound = !progressive || (from <= to && to <= 63 && (from === 0 ? to === 0 : count === 1));
    if (count === 0 || new Set(components).size !== count || !bandIsSound || (bits & 15) > 13) {
      throw new PictureDecodeError("The JPEG has a damaged scan header.");
    }
    const band = { progressive, from, to, previousBit: bits >> 4, bit: bits & 15 };
    return { components, band, restartInterval: this.restartInterval, position: this.position };
  }

  private scanComponent(payload: Uint8Array, at: number): JpegComponent {
    const component = this.frame?.components.find((candidate) => candidate.id === payload[at]);
    if (component === undefined) throw new PictureDecodeError("The JPEG has a damaged scan header.");
    const tables = payload[at + 1] ?? 0;
    component.directTable = this.huffmans.get(tables >> 4);
    component.alternatingTable = this.huffmans.get(0x10 | (tables & 15));
    // A later scan may redefine a table, but a component keeps the one of its first scan.
    component.quantization ??= this.quantizations.get(component.quantizationIndex);
    return component;
  }
}

function startsWith(payload: Uint8Array, text: string): boolean {
  return [...text].every((character, index) => payload[index] === character.charCodeAt(0));
}
