import { faultChoices } from "./faults.js";
import { speeds, type TimeSetting } from "./protocol.js";

/** Part of the ids: unlike `useId`, of which each example of a page begins with the same. */
interface Named {
  readonly name: string;
}

interface TimeProps extends Named {
  readonly time: TimeSetting;
  readonly elapsedMs: number;
  onTime(time: TimeSetting): void;
  onAdvance(ms: number): void;
}

/** Speed, standstill and pushes of the simulator's time. */
export function TimeControls({ name, time, elapsedMs, onTime, onAdvance }: TimeProps) {
  const id = `${name}-time`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out in one line everywhere
    <div class="control control-time" role="group" aria-label="Simulated time">
      <label for={id}>time</label>
      <select
        data-pagefind-ignore
        id={id}
        value={String(time.speed)}
        onChange={(event) => onTime({ ...time, speed: Number(event.currentTarget.value) })}
      >
        {speeds.map((speed) => (
          <option key={speed} value={String(speed)}>
            {speed}×
          </option>
        ))}
      </select>
      <button type="button" aria-pressed={time.frozen} onClick={() => onTime({ ...time, frozen: !time.frozen })}>
        {time.frozen ? "unfreeze" : "freeze"}
      </button>
      <button type="button" onClick={() => onAdvance(1_000)}>
        +1 s
      </button>
      <output class="elapsed">{(elapsedMs / 1000).toFixed(elapsedMs < 100_000 ? 1 : 0)} s</output>
    </div>
  );
}

interface FaultProps extends Named {
  readonly fault: string;
  onFault(fault: string): void;
}

/** What shall go wrong. */
export function FaultControl({ name, fault, onFault }: FaultProps) {
  const id = `${name}-fault`;
  return (
    <div class="control control-fault">
      <label for={id}>fault</label>
      <select
        id={id}
        class="fault"
        data-pagefind-ignore
        value={fault}
        onChange={(event) => onFault(event.currentTarget.value)}
      >
        {faultChoices.map((choice) => (
          <option key={choice.name} value={choice.name}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}
