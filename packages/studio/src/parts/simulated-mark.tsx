/** Nothing here is the provider's: said wherever what is shown could be taken for it. */
export function SimulatedMark() {
  return (
    <p class="ks-simulated">
      <strong>SIMULATED</strong> <span>nothing here costs money</span>
    </p>
  );
}
