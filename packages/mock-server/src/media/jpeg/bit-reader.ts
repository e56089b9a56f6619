import { damagedData, type HuffmanTable } from "./huffman-table.js";

/** Reads bits of a JPEG scan: drops stuffed zero bytes, stops at the next marker and yields zero bits from there. */
export class BitReader {
  private readonly bytes: Uint8Array;
  private position: number;
  private bits = 0;
  private count = 0;
  /** Zero bits handed out in advance because the scan's bytes had ended. */
  private padding = 0;

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes;
    this.position = position;
  }

  /** Index of the first byte not taken: at or before the next marker once the scan is over. */
  get byteOffset(): number {
    return this.position;
  }

  /** Whether more bits were used than the scan holds. */
  get isExhausted(): boolean {
    return this.padding > this.count;
  }

  /** Forgets the remaining bits and continues at a byte, as after a restart marker. */
  restartAt(position: number): void {
    this.position = position;
    this.bits = 0;
    this.count = 0;
    this.padding = 0;
  }

  /** One Huffman-coded symbol, 0 to 255. */
  symbol(table: HuffmanTable): number {
    if (this.count < 16) this.fill();
    const entry = table[(this.bits >>> (this.count - 16)) & 0xffff] as number;
    if (entry === 0) throw damagedData();
    this.count -= entry >> 8;
    return entry & 0xff;
  }

  /** An unsigned number of 0 to 16 bits. */
  unsigned(length: number): number {
    if (length === 0) return 0;
    if (this.count < length) this.fill();
    this.count -= length;
    return (this.bits >>> this.count) & ((1 << length) - 1);
  }

  /** A JPEG "extended" number of 0 to 16 bits: the lower half of the range stands for negative values. */
  signed(length: number): number {
    const value = this.unsigned(length);
    return length > 0 && value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  private fill(): void {
    while (this.count <= 24) {
      let byte = 0;
      if (this.position >= this.bytes.length) {
        this.padding += 8;
      } else {
        byte = this.bytes[this.position] as number;
        if (byte !== 0xff) this.position += 1;
        else if (this.bytes[this.position + 1] === 0) this.position += 2;
        else {
          byte = 0;
          this.padding += 8;
        }
      }
      this.bits = (this.bits << 8) | byte;
      this.count += 8;
    }
  }
}
