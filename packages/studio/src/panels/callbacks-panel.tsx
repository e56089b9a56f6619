import { useState } from "preact/hooks";
import type { Delivery } from "../control/types.js";
import { clockTime, count } from "../format/text.js";
import { type Column, RowGrid } from "../parts/row-grid.js";
import { StatusWord } from "../parts/status-word.js";
import { Outcome, outcomeText } from "../parts/verdict.js";
import type { PanelProps } from "./panel-props.js";

const columns: readonly Column<Delivery>[] = [
  {
    title: "Outcome",
    width: "minmax(11rem, 16rem)",
    cell: ({ outcome, reason }) => <Outcome outcome={outcome} reason={reason} />,
  },
  { title: "Tells", width: "7.5rem", cell: ({ status }) => <StatusWord status={status} /> },
  { title: "To", width: "minmax(12rem, 1fr)", cell: ({ url }) => url },
  { title: "Time", width: "5.5rem", isFigure: true, cell: ({ at }) => clockTime(at) },
  { title: "Attempt", width: "5rem", isExtra: true, isFigure: true, cell: ({ attempt }) => attempt },
  { title: "Answer", width: "5rem", isExtra: true, isFigure: true, cell: ({ answerStatus }) => answerStatus ?? "none" },
  { title: "Fault", width: "6.5rem", isExtra: true, cell: ({ fault }) => fault ?? "none" },
  { title: "Task", width: "12rem", isExtra: true, isFigure: true, cell: ({ taskId }) => taskId },
];

/** Failures with the same cause, at the same address. */
interface FailureGroup {
  readonly key: string;
  readonly cause: string;
  readonly url: string;
  readonly count: number;
}

/** What was told to callback addresses, newest first; what failed also by its cause. */
export function CallbacksPanel({ studio }: PanelProps) {
  const [chosen, setChosen] = useState<string>();
  const { deliveries, pending } = studio.callbacks.value;
  const groups = failureGroups(deliveries);
  const group = groups.find(({ key }) => key === chosen);
  const rows = deliveries
    .map((delivery, number) => ({ ...delivery, number }))
    .filter((delivery) => !group || groupKey(delivery) === group.key)
    .reverse();
  return (
    <section class="ks-list">
      <div class="ks-tools">
        <p class="ks-sum">
          {count(deliveries.length, "callback")} sent, {pending} still to come
        </p>
        <FailureChoice
          groups={groups}
          chosen={group?.key}
          onChoose={(key) => setChosen(key === group?.key ? undefined : key)}
        />
      </div>
      <RowGrid
        label="Callbacks"
        columns={columns}
        rows={rows}
        keyOf={({ number }) => String(number)}
        isAlarming={isFailed}
        empty={
          <p>
            No callback yet. They are sent for tasks with a <code>callback_url</code>.
          </p>
        }
      />
    </section>
  );
}

interface FailureChoiceProps {
  readonly groups: readonly FailureGroup[];
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
}

/** The causes of failures, the most frequent first: each narrows the list to what it has failed. */
function FailureChoice({ groups, chosen, onChoose }: FailureChoiceProps) {
  if (groups.length === 0) return null;
  return (
    <fieldset class="ks-choices ks-failures">
      <legend class="ks-unseen">Show only what failed because of</legend>
      {groups.map(({ key, cause, url, count }) => (
        <button key={key} type="button" aria-pressed={key === chosen} onClick={() => onChoose(key)}>
          <span class="ks-figure">{count.toLocaleString("en")}×</span> <span class="ks-alarm">✕ {cause}</span>{" "}
          <span class="ks-failure-place">{url}</span>
        </button>
      ))}
    </fieldset>
  );
}

function isFailed({ outcome }: Delivery): boolean {
  return outcome !== "taken";
}

function groupKey(delivery: Delivery): string {
  return `${outcomeText(delivery)} ${delivery.url}`;
}

function failureGroups(deliveries: readonly Delivery[]): readonly FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const delivery of deliveries.filter(isFailed)) {
    const key = groupKey(delivery);
    const count = (groups.get(key)?.count ?? 0) + 1;
    groups.set(key, { key, cause: outcomeText(delivery), url: delivery.url, count });
  }
  return [...groups.values()].sort((one, other) => other.count - one.count);
}
