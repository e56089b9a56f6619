import { concatenate } from "../media/concatenate.js";

/** A value inside the outermost object's member `name`: an item of the list there, or of the object there under `key`. */
export type MemberFound = (name: string, value: unknown, key?: string) => void;

const [quote, comma, backslash] = [0x22, 0x2c, 0x5c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const structural = new Set([comma, openList, closeList, openObject, closeObject]);

/**
 * Reads an object written as JSON while it comes, however long it is: tells each member, and of a list or an object each
 * item, as soon as it is there. Items are as `JSON.parse` reads them.
 */
export class JsonMembers {
  readonly #found: MemberFound;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** Bytes that have come and were not read yet. */
  #waiting: Uint8Array[] = [];
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  /** The member whose items are being read. */
  #name = "";
  #isList = false;
  #isOver = false;

  constructor(found: MemberFound) {
    this.#found = found;
  }

  /** @throws SyntaxError for invalid JSON, or JSON that is not an object */
  write(chunk: Uint8Array): void {
    let start = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] ?? 0;
      if (this.#isInText) this.#readText(byte);
      else if (byte === quote) this.#isInText = true;
      else if (structural.has(byte) && this.#step(byte, () => this.#take(chunk.subarray(start, index))))
        start = index + 1;
    }
    if (start < chunk.length) this.#waiting.push(chunk.subarray(start));
  }

  /** @throws SyntaxError where the object has not ended, or something follows it */
  end(): void {
    if (!this.#isOver) throw new SyntaxError("it ends too soon");
    this.#mustBeBlank(this.#take());
  }

  #readText(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quote) this.#isInText = false;
  }

  /** @param take gives what came before the byte @returns whether it was taken */
  #step(byte: number, take: () => string): boolean {
    if (byte === openObject || byte === openList) {
      this.#depth += 1;
      if (this.#depth > 2) return false;
      this.#open(byte === openList, take());
      return true;
    }
    const isEnd = byte === closeObject || byte === closeList;
    if (!isEnd && byte !== comma) return false;
    if (isEnd) this.#depth -= 1;
    if (this.#depth > (isEnd ? 1 : 2)) return false;
    this.#tell(take(), this.#depth + (isEnd ? 1 : 0));
    if (isEnd) this.#close(byte === closeList);
    return true;
  }

  #open(isList: boolean, before: string): void {
    if (this.#depth === 1) {
      this.#mustBeBlank(before);
      if (isList || this.#isOver) throw new SyntaxError("it is not one object");
      return;
    }
    [this.#name = ""] = Object.keys(JSON.parse(`{${before}0}`));
    this.#isList = isList;
  }

  #close(isList: boolean): void {
    if (isList !== (this.#depth === 1 && this.#isList)) throw new SyntaxError("its brackets do not match");
    this.#isOver = this.#depth === 0;
  }

  #tell(text: string, depth: number): void {
    if (text.trim() === "") return;
    if (depth === 2 && this.#isList) this.#found(this.#name, JSON.parse(text));
    else
      for (const [key, value] of Object.entries(JSON.parse(`{${text}}`)))
        if (depth === 2) this.#found(this.#name, value, key);
        else this.#found(key, value);
  }

  /** What waits, and this. */
  #take(last: Uint8Array = new Uint8Array()): string {
    if (this.#waiting.length === 0) return this.#decoder.decode(last);
    const parts = [...this.#waiting, last];
    this.#waiting = [];
    return this.#decoder.decode(concatenate(parts));
  }

  #mustBeBlank(text: string): void {
    if (text.trim() !== "") throw new SyntaxError(`${JSON.stringify(text.trim().slice(0, 20))} is out of place`);
  }
}
