import type { Ledger } from "../control/types.js";
import { count, dollarsText, unitsText } from "../format/text.js";

interface LedgerSumProps {
  /** The charges that are known one by one. */
  readonly charges: readonly Pick<Ledger["charges"][number], "units" | "state" | "duplicateOf">[];
  /** Units charged, and the same in dollars. */
  readonly total: number;
  readonly totalUsd: number;
  /** Units that tasks under way may still cost. */
  readonly reserved: number;
  readonly duplicates: number;
}

/** How much was charged, and whether anything was paid for twice, in words. */
export function LedgerSum({ charges, total, totalUsd, reserved, duplicates }: LedgerSumProps) {
  return (
    <>
      <p class="ks-sum">
        <strong class="ks-figure">{unitsText(total)}</strong> charged{total > 0 && `, ${dollarsText(totalUsd)}`}
        {reserved > 0 && `; ${unitsText(reserved)} reserved`}
      </p>
      <p class={duplicates > 0 ? "ks-sum ks-alarm" : "ks-sum"} role="status">
        {verdict(duplicates, charges)}
      </p>
    </>
  );
}

function verdict(duplicates: number, charges: LedgerSumProps["charges"]): string {
  if (charges.length === 0) return "";
  if (duplicates === 0) return "No duplicate charge.";
  const again = charges.filter(({ duplicateOf, state }) => duplicateOf !== null && state !== "released");
  const units = again.reduce((sum, charge) => sum + (charge.units ?? 0), 0);
  return `✕ ${count(duplicates, "duplicate charge")}: the same request was paid for again, ${unitsText(units)} too much.`;
}
