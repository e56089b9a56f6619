import type { Output } from "./output.js";

/** One line of what a command prints with `--jsonl`; `klingkit schema events --output` describes each. */
export type CommandEvent =
  | {
      readonly type: "price";
      readonly address: string;
      readonly simulated: boolean;
      readonly units: number | null;
      readonly usd: number | null;
    }
  /** A request to create a task is about to be sent; the handle has its own id. */
  | { readonly type: "sending"; readonly handle: string }
  /** A task exists. */
  | { readonly type: "task"; readonly handle: string }
  | { readonly type: "status"; readonly handle: string; readonly task_status: string }
  /** What a command without `--jsonl` prints, or of several tasks what has become of one. */
  | ({ readonly type: "result" } & Readonly<Record<string, unknown>>)
  | ({ readonly type: "error" } & Readonly<Record<string, unknown>>)
  /** The last line of every command. */
  | { readonly type: "end"; readonly exitCode: number };

/** Where events go: to standard output as lines of JSON, or nowhere without `--jsonl`. */
export class Events {
  isOn = false;
  readonly #output: Pick<Output, "write">;

  constructor(output: Pick<Output, "write">) {
    this.#output = output;
  }

  emit(event: CommandEvent): void {
    if (this.isOn) this.#output.write(`${JSON.stringify(event)}\n`);
  }
}
