import { LedgerSum } from "@klingkit/studio";
import type { ChargeView } from "./protocol.js";

/** What was charged, and what was charged twice for one intention. */
export function Ledger({ charges }: { readonly charges: readonly ChargeView[] }) {
  return (
    <div class="ledger">
      <span class="ledger-name">simulated ledger</span>
      <LedgerSum
        charges={charges}
        total={sum(charges, "charged", "units")}
        totalUsd={sum(charges, "charged", "usd")}
        reserved={sum(charges, "reserved", "units")}
        duplicates={charges.filter(({ duplicateOf }) => duplicateOf !== null).length}
      />
    </div>
  );
}

function sum(charges: readonly ChargeView[], state: ChargeView["state"], figure: "units" | "usd"): number {
  return charges.reduce((all, charge) => all + (charge.state === state ? (charge[figure] ?? 0) : 0), 0);
}
