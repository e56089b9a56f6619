import { useEffect, useId, useState } from "preact/hooks";
import type { PricedModel } from "../reference/price-choices.js";

/** What a video costs, from the catalogue's prices: model, mode, seconds, sound, how many. */
export function PriceCalculator({
  choices,
  discontinued,
}: {
  readonly choices: readonly PricedModel[];
  readonly discontinued: number;
}) {
  const [index, setIndex] = useState(0);
  const [wanted, setWanted] = useState({ mode: "std", seconds: 5, sound: false, count: 1 });
  const id = useId();
  // Until then a choice would change nothing, and the price beside it would be false.
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  const model = choices[index] ?? choices[0];
  if (!model) return null;
  const mode = model.modes.find(({ name }) => name === wanted.mode) ?? model.modes[0];
  const seconds = model.seconds.includes(wanted.seconds) ? wanted.seconds : (model.seconds[0] ?? 5);
  const units = (wanted.sound ? (mode?.withSound ?? mode?.silent) : mode?.silent) ?? 0;
  const each = units * seconds;
  const change = (part: Partial<typeof wanted>) => setWanted({ ...wanted, ...part });
  return (
    <fieldset class="calculator not-content" disabled={!ready} aria-label="Price calculator">
      <label for={`${id}-model`}>model</label>
      <select
        id={`${id}-model`}
        value={String(index)}
        onChange={(event) => setIndex(Number(event.currentTarget.value))}
      >
        {choices.map(({ label }, place) => (
          <option key={label} value={String(place)}>
            {label}
          </option>
        ))}
      </select>
      <label for={`${id}-mode`}>mode</label>
      <select id={`${id}-mode`} value={mode?.name} onChange={(event) => change({ mode: event.currentTarget.value })}>
        {model.modes.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <label for={`${id}-seconds`}>seconds</label>
      <select
        id={`${id}-seconds`}
        value={String(seconds)}
        onChange={(event) => change({ seconds: Number(event.currentTarget.value) })}
      >
        {model.seconds.map((length) => (
          <option key={length}>{length}</option>
        ))}
      </select>
      <label for={`${id}-count`}>videos</label>
      <input
        id={`${id}-count`}
        type="number"
        min="1"
        max="100000"
        defaultValue="1"
        onInput={(event) => change({ count: Math.max(1, Math.floor(event.currentTarget.valueAsNumber) || 1) })}
      />
      <label class="calculator-sound">
        <input
          type="checkbox"
          disabled={mode?.withSound === undefined}
          checked={wanted.sound && mode?.withSound !== undefined}
          onChange={(event) => change({ sound: event.currentTarget.checked })}
        />{" "}
        with sound
      </label>
      <output>
        <strong>${dollars(each * model.dollarsOfUnit * wanted.count)}</strong>{" "}
        <span>
          {rounded(each * wanted.count)} units; ${dollars(each * model.dollarsOfUnit)} for each video
        </span>
      </output>
      <p class="calculator-note">
        List prices, without the discount of your account. {discontinued} discontinued models are left out.
      </p>
    </fieldset>
  );
}

function dollars(value: number): string {
  return value.toFixed(2);
}

/** Without the binary tail of a sum. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
