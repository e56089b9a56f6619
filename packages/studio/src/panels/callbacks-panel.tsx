import type { Delivery } from "../control/types.js";
import { clockTime, count } from "../format/text.js";
import { type Column, RowGrid } from "../parts/row-grid.js";
import { StatusWord } from "../parts/status-word.js";
import { Outcome } from "../parts/verdict.js";
import type { PanelProps } from "./panel-props.js";

const columns: readonly Column<Delivery>[] = [
  { title: "Outcome", width: "11rem", cell: ({ outcome }) => <Outcome outcome={outcome} /> },
  { title: "Tells", width: "7.5rem", cell: ({ status }) => <StatusWord status={status} /> },
  { title: "To", width: "minmax(12rem, 1fr)", cell: ({ url }) => url },
  { title: "Time", width: "5.5rem", isFigure: true, cell: ({ at }) => clockTime(at) },
  { title: "Attempt", width: "5rem", isExtra: true, isFigure: true, cell: ({ attempt }) => attempt },
  { title: "Answer", width: "5rem", isExtra: true, isFigure: true, cell: ({ answerStatus }) => answerStatus ?? "none" },
  { title: "Fault", width: "6.5rem", isExtra: true, cell: ({ fault }) => fault ?? "none" },
  { title: "Task", width: "12rem", isExtra: true, isFigure: true, cell: ({ taskId }) => taskId },
];

/** What was told to callback addresses, newest first. */
export function CallbacksPanel({ studio }: PanelProps) {
  const { deliveries, pending } = studio.callbacks.value;
  const rows = deliveries.map((delivery, number) => ({ ...delivery, number })).reverse();
  return (
    <section class="ks-list">
      <div class="ks-tools">
        <p class="ks-sum">
          {count(deliveries.length, "callback")} sent, {pending} still to come
        </p>
      </div>
      <RowGrid
        label="Callbacks"
        columns={columns}
        rows={rows}
        keyOf={({ number }) => String(number)}
        isAlarming={({ outcome }) => outcome !== "taken"}
        empty={
          <p>
            No callback yet. They are sent for tasks with a <code>callback_url</code>.
          </p>
        }
      />
    </section>
  );
}
