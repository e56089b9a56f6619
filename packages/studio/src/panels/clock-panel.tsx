import { calendarDate, clockTime, duration } from "../format/text.js";
import type { PanelProps } from "./panel-props.js";

const steps = [1_000, 10_000, 60_000, 3_600_000];
const speeds = [0.1, 1, 2, 10, 60, 600];

/** The simulator's time, and the ways to move it. */
export function ClockPanel({ studio }: PanelProps) {
  const { frozen } = studio.clock.value;
  const now = studio.now.value;
  const { client } = studio;
  return (
    <section class="ks-clock" aria-label="Clock">
      <p class="ks-time">
        <time dateTime={new Date(now).toISOString()}>{clockTime(now)}</time>
        <span class="ks-date">
          {calendarDate(now)}
          {frozen ? ", frozen" : ""}
        </span>
      </p>
      <button
        type="button"
        aria-pressed={frozen}
        onClick={() =>
          studio.act(frozen ? "Time goes on." : "Time stands still.", client.moveClock({ freeze: !frozen }))
        }
      >
        {frozen ? "Let it run" : "Freeze"}
      </button>
      <span class="ks-joined">
        {steps.map((ms) => (
          <button
            key={ms}
            type="button"
            aria-label={`Advance by ${duration(ms)}`}
            onClick={() => studio.act(`Time was advanced by ${duration(ms)}.`, client.moveClock({ advance: ms }))}
          >
            +{duration(ms)}
          </button>
        ))}
      </span>
      <SpeedChoice studio={studio} />
      <SetTime studio={studio} />
    </section>
  );
}

function SpeedChoice({ studio }: PanelProps) {
  const { speed } = studio.clock.value;
  const choices = [...new Set([...speeds, speed])].sort((one, other) => one - other);
  return (
    <label class="ks-inline">
      <span class="ks-unseen">Speed</span>
      <select
        value={String(speed)}
        onChange={({ currentTarget }) => {
          const chosen = Number(currentTarget.value);
          void studio.act(`Time runs ${chosen} times as fast.`, studio.client.moveClock({ speed: chosen }));
        }}
      >
        {choices.map((choice) => (
          <option key={choice} value={String(choice)}>
            {choice === 1 ? "Speed × 1" : `× ${choice}`}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Sets the time to a later one. */
function SetTime({ studio }: PanelProps) {
  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const time = new Date(String(new FormData(event.currentTarget).get("time"))).getTime();
    if (Number.isFinite(time)) void studio.act("The time is set.", studio.client.moveClock({ set: time }));
  }
  return (
    <details class="ks-drop">
      <summary>Set</summary>
      <form class="ks-form ks-float" onSubmit={submit}>
        <label>
          A later time
          <input name="time" type="datetime-local" step={1} required />
        </label>
        <p class="ks-hint">The clock never runs backwards; only a snapshot brings an earlier time back.</p>
        <button type="submit">Set</button>
      </form>
    </details>
  );
}
