import type { Task } from "../control/types.js";
import { clockTime, duration } from "../format/text.js";
import { isEnding, phaseOf, progressOf, standingAt } from "../store/standing.js";

/** One frame of a task's film strip. */
interface Frame {
  readonly word: string;
  /** When it begins; undefined where that is not planned. */
  readonly at: number | undefined;
  /** How far it is exposed: 0 to 1. */
  readonly exposed: number;
  readonly isNow: boolean;
}

/** The three frames of a task's life at a time: submitted, running, ended. */
function framesOf(task: Task, now: number): readonly Frame[] {
  const { course } = task;
  const standing = standingAt(task, now);
  const running = course.find(({ task_status }) => task_status !== "submitted" && !isEnding(task_status));
  const ending = course.find(({ task_status }) => isEnding(task_status));
  const step = standing.status === "submitted" ? 0 : isEnding(standing.status) ? 2 : 1;
  const share = step === 2 ? endShare(standing.status) : progressOf(standing, now);
  const words = ["submitted", running?.task_status ?? "processing", ending?.task_status ?? "succeed"];
  const times = [task.created_at, running?.at, ending?.at];
  return words.map((word, index) => ({
    word,
    at: times[index],
    exposed: index < step ? 1 : index === step ? share : 0,
    isNow: index === step,
  }));
}

/** A failure leaves its frame half-developed. */
function endShare(status: string): number {
  return status === "failed" ? 0.5 : 1;
}

/** How much of the picture each frame shows when it is done: it emerges along the strip. */
const fullest = [0.3, 0.6, 1];

interface StripProps {
  readonly task: Task;
  /** Unix milliseconds of the simulator's clock. */
  readonly now: number;
}

/** The strip as an ornament of a row; the row says the status in words. */
export function SmallStrip({ task, now }: StripProps) {
  return (
    <span class={`ks-strip ks-strip-small ks-${phaseOf(standingAt(task, now).status)}`} aria-hidden="true">
      {framesOf(task, now).map(({ word, exposed, isNow }) => (
        <span key={word} class={isNow ? "ks-frame ks-frame-now" : "ks-frame"}>
          <span class="ks-exposed" style={{ transform: `scaleX(${exposed})` }} />
        </span>
      ))}
    </span>
  );
}

/** The strip as the task's timeline; the picture emerges as the frames are exposed. @param picture its address */
export function FilmStrip({ task, now, picture }: StripProps & { readonly picture?: string | undefined }) {
  const standing = standingAt(task, now);
  return (
    <div>
      <ol class={`ks-strip ks-${phaseOf(standing.status)}`} aria-label="Timeline">
        {framesOf(task, now).map(({ word, at, exposed, isNow }, index) => (
          <li key={word} class={isNow ? "ks-frame ks-frame-now" : "ks-frame"} aria-current={isNow ? "step" : undefined}>
            {picture !== undefined && exposed > 0 && (
              <img class="ks-developing" src={picture} alt="" style={{ opacity: exposed * (fullest[index] ?? 1) }} />
            )}
            <span class="ks-exposed" style={{ transform: `scaleX(${exposed})` }} />
            <span class="ks-frame-word">{word}</span>
            <span class="ks-frame-time">{at === undefined ? "not planned" : timeText(at, now)}</span>
          </li>
        ))}
      </ol>
      {standing.status === "failed" && (
        <p class="ks-reason">✕ failed: {standing.message === "" ? "the provider gives no reason" : standing.message}</p>
      )}
    </div>
  );
}

function timeText(at: number, now: number): string {
  return at > now ? `in ${duration(at - now)}` : clockTime(at);
}
