import { LedgerSum } from "@klingkit/studio";
import type { ChargeView } from "./protocol.js";

/** What was charged, and what was charged twice for one intention. */
export function Ledger({ charges }: { readonly charges: readonly ChargeView[] }) {
  return (
    <div class="ledger">
      <span class="ledger-name">simulated ledger</span>
      <LedgerSum
        charges={charges}
        total={charges.reduce((sum, { units }) => sum + (units ?? 0), 0)}
        duplicates={charges.filter(({ duplicateOf }) => duplicateOf !== null).length}
      />
    </div>
  );
}
