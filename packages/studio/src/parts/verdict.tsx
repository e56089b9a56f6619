import type { Delivery } from "../control/types.js";

/** Good or bad, as a shape and words. */
function Verdict({ isGood, words }: { readonly isGood: boolean; readonly words: string }) {
  return <span class={`ks-status ks-${isGood ? "succeed" : "failed"}`}>{`${isGood ? "●" : "✕"} ${words}`}</span>;
}

/** The status of an answer; where there was none, that. */
export function AnswerStatus({ status }: { readonly status: number | null }) {
  return <Verdict isGood={status !== null && status < 400} words={status === null ? "cut" : String(status)} />;
}

/** What became of a callback, and why. */
export function Outcome({ outcome, reason }: Pick<Delivery, "outcome" | "reason">) {
  return <Verdict isGood={outcome === "taken"} words={outcomeText({ outcome, reason })} />;
}

/** `taken`, `refused: answered 500` */
export function outcomeText({ outcome, reason }: Pick<Delivery, "outcome" | "reason">): string {
  return reason === null ? outcome : `${outcome}: ${reason}`;
}
