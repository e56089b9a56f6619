import type { ChargeView } from "./protocol.js";

/** What was charged: how often, how much, and what was charged twice for one intention. */
export function Ledger({ charges }: { readonly charges: readonly ChargeView[] }) {
  const units = charges.reduce((sum, charge) => sum + (charge.units ?? 0), 0);
  const duplicates = charges.filter(({ duplicate }) => duplicate).length;
  return (
    <p class="ledger" data-charges={charges.length}>
      <span class="ledger-name">ledger</span> {charges.length === 1 ? "1 charge" : `${charges.length} charges`},{" "}
      {round(units)} units (simulated)
      {duplicates > 0 && <strong class="ledger-duplicate"> ✕ {duplicates} of them duplicate</strong>}
    </p>
  );
}

function round(units: number): number {
  return Math.round(units * 1000) / 1000;
}
