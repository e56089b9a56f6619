import { phaseOf } from "../store/course.js";

const shapes = { submitted: "◌", processing: "◐", succeed: "●", failed: "✕" } as const;

/** A status as a word and a shape; its colour only repeats what they say. */
export function StatusWord({ status }: { readonly status: string }) {
  const phase = phaseOf(status);
  return (
    <span class={`ks-status ks-${phase}`}>
      <span aria-hidden="true">{shapes[phase]}</span> {status}
    </span>
  );
}
