import { cleanText } from "./clean-text.js";

/** One of the two outputs of the process. */
export interface DeviceOutput {
  /** Writes the text. The callback is told of an error, when the text was written or could not be. */
  write(text: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** An output that only clean text leaves, whatever a server has sent. Terminal sequences of our own go through `control`. */
export interface Output {
  /** Writes clean text. */
  write(text: string): void;
  /** Writes clean text. @throws OutputError where it can't be written */
  deliver(text: string): Promise<void>;
  /** Writes text of our own as it is: cursor movements and colours. */
  control(text: string): void;
  /** Writes bytes of a result. @throws OutputError where they can't be written */
  bytes(part: Uint8Array): Promise<void>;
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** The output can't be written: the disk is full, or the reader has gone. */
export class OutputError extends Error {
  override readonly name = "OutputError";
  readonly code: string;

  constructor(code: string) {
    super(`standard output can't be written (${code})`);
    this.code = code;
  }
}

/** Puts the cleaning between the commands and an output of the process. */
export function cleanOutput(output: DeviceOutput): Output {
  const write = (content: string | Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      output.write(content, (error) => {
        if (error) reject(new OutputError("code" in error ? String(error.code) : error.message));
        else resolve();
      });
    });
  return {
    write: (text) => void output.write(cleanText(text)),
    deliver: (text) => write(cleanText(text)),
    control: (text) => void output.write(text),
    bytes: write,
    get isTTY() {
      return output.isTTY === true;
    },
    get columns() {
      return output.columns || 80;
    },
    get rows() {
      return output.rows || 24;
    },
  };
}
