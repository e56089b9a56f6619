import { KlingkitError } from "@klingkit/core";

/** Not every task of several succeeded; what became of each has been printed. */
export class BatchError extends KlingkitError {
  override readonly name = "BatchError";
  readonly exitCode: number;
  /** Handles of those that have not ended. */
  readonly open: readonly string[];

  constructor(what: string, { exitCode, open }: { readonly exitCode: number; readonly open: readonly string[] }) {
    super(what, { code: "batch", retry: "after-fix", remedy: "" });
    this.exitCode = exitCode;
    this.open = open;
  }
}
