import { useEffect, useState } from "preact/hooks";
import type { Charge } from "../control/types.js";
import { clockTime, dollarsText, unitsText } from "../format/text.js";
import { LedgerSum } from "../parts/ledger-sum.js";
import { type Column, RowGrid } from "../parts/row-grid.js";
import type { PanelProps } from "./panel-props.js";

const columns: readonly Column<Charge>[] = [
  {
    title: "Charge",
    width: "6rem",
    isFigure: true,
    cell: ({ units }) => (units === null ? "unknown" : unitsText(units)),
  },
  { title: "Time", width: "5.5rem", isFigure: true, cell: ({ at }) => clockTime(at) },
  { title: "Operation", width: "minmax(7rem, 11rem)", cell: ({ operation }) => operation },
  {
    title: "Verdict",
    width: "minmax(19rem, 1fr)",
    cell: ({ duplicateOf }) =>
      duplicateOf === null ? "once" : <strong class="ks-alarm">✕ duplicate of {duplicateOf}</strong>,
  },
  { title: "State", width: "6rem", isExtra: true, cell: ({ state }) => state },
  { title: "Dollars", width: "5rem", isExtra: true, isFigure: true, cell: ({ usd }) => dollarsText(usd) },
  { title: "Account", width: "6.5rem", isExtra: true, cell: ({ account }) => account },
  {
    title: "Own id",
    width: "minmax(6rem, 12rem)",
    isExtra: true,
    cell: ({ externalTaskId }) => externalTaskId ?? "none",
  },
  { title: "Task", width: "12rem", isExtra: true, isFigure: true, cell: ({ taskId }) => taskId },
];

const taskOf = ({ taskId }: Charge) => taskId;
const isDuplicate = ({ duplicateOf }: Charge) => duplicateOf !== null;

/** What was charged, newest first, and what was charged twice for one intention. */
export function LedgerPanel({ studio }: PanelProps) {
  const [onlyDuplicates, setOnlyDuplicates] = useState(false);
  const { charges, total, totalUsd, reserved, duplicates } = studio.ledger.value;
  useEffect(() => studio.readCharges(), [studio]);
  // Once there is no duplicate any more, nothing on the page would switch this off.
  const isNarrowed = onlyDuplicates && duplicates > 0;
  const rows = charges.filter((charge) => !isNarrowed || isDuplicate(charge)).reverse();
  return (
    <section class="ks-list">
      <div class="ks-tools">
        <LedgerSum charges={charges} total={total} totalUsd={totalUsd} reserved={reserved} duplicates={duplicates} />
        {duplicates > 0 && (
          <button type="button" aria-pressed={isNarrowed} onClick={() => setOnlyDuplicates(!isNarrowed)}>
            Only duplicates
          </button>
        )}
      </div>
      <RowGrid
        label="Charges"
        columns={columns}
        rows={rows}
        keyOf={taskOf}
        isAlarming={isDuplicate}
        empty={<p>{duplicates === 0 && total === 0 && reserved === 0 ? "Nothing has been charged." : "Loading…"}</p>}
      />
    </section>
  );
}
