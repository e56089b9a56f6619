import { clockTime, duration } from "../format/text.js";
import { type Course, isEnding, phaseOf, progressOf, stepAt } from "../store/course.js";

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
function framesOf(task: Course, now: number): readonly Frame[] {
  const { course } = task;
  const current = stepAt(task, now);
  const running = course.find(({ task_status }) => task_status !== "submitted" && !isEnding(task_status));
  const ending = course.find(({ task_status }) => isEnding(task_status));
  const step = current.status === "submitted" ? 0 : isEnding(current.status) ? 2 : 1;
  const share = step === 2 ? endShare(current.status) : progressOf(current, now);
  const words = ["submitted", running?.task_status ?? "processing", ending?.task_status ?? "succeed"];
  const times = [task.created_at, running?.at, ending?.at];
  return words.map((word, index) => ({
    word,
    at: times[index],
    exposed: index < step ? 1 : index === step ? share : 0,
    isNow: index === step,
  }));
}

/** The frames before there is a task. */
const unexposed: readonly Frame[] = ["submitted", "processing", "succeed"].map((word) => ({
  word,
  at: undefined,
  exposed: 0,
  isNow: false,
}));

/** How far each of the three frames is exposed: 0 to 1. */
export function exposuresOf(task: Course, now: number): readonly number[] {
  return framesOf(task, now).map(({ exposed }) => exposed);
}

/** A failure leaves its frame half-developed. */
function endShare(status: string): number {
  return status === "failed" ? 0.5 : 1;
}

interface StripProps {
  readonly task: Course;
  /** Unix milliseconds of the simulator's clock. */
  readonly now: number;
}

/** The strip as an ornament of a row; the row says the status in words. */
export function SmallStrip({ task, now }: StripProps) {
  return (
    <span class={`ks-strip ks-strip-small ks-${phaseOf(stepAt(task, now).status)}`} aria-hidden="true">
      {framesOf(task, now).map(({ word, exposed, isNow }) => (
        <span key={word} class={isNow ? "ks-frame ks-frame-now" : "ks-frame"}>
          <span class="ks-exposed" style={{ transform: `scaleX(${exposed})` }} />
        </span>
      ))}
    </span>
  );
}

interface FilmStripProps {
  /** Undefined before there is one. */
  readonly task: Course | undefined;
  readonly now: number;
  /** Address of what is seen to develop; without one it is a plain surface. */
  readonly picture?: string | undefined;
}

/** The strip as the task's timeline. It fills from the left, and the picture of the frame that develops emerges. */
export function FilmStrip({ task, now, picture }: FilmStripProps) {
  const current = task && stepAt(task, now);
  const phase = current ? phaseOf(current.status) : "none";
  return (
    <div>
      <ol class={`ks-strip ks-${phase}`} aria-label="Timeline">
        {(task ? framesOf(task, now) : unexposed).map((frame, index) => (
          <FilmFrame key={index} frame={frame} now={now} picture={picture} />
        ))}
      </ol>
      {current?.status === "failed" && (
        <p class="ks-reason">✕ failed: {current.message === "" ? "the provider gives no reason" : current.message}</p>
      )}
    </div>
  );
}

interface FilmFrameProps {
  readonly frame: Frame;
  readonly now: number;
  readonly picture: string | undefined;
}

function FilmFrame({ frame: { word, at, exposed, isNow }, now, picture }: FilmFrameProps) {
  return (
    <li
      class={isNow ? "ks-frame ks-frame-now" : "ks-frame"}
      aria-current={isNow ? "step" : undefined}
      style={{ "--ks-part": exposed.toFixed(3) }}
    >
      <Layer kind="latent" picture={picture} />
      <Layer kind="print" picture={picture} />
      <span class="ks-front" />
      <span class="ks-frame-word">{word}</span>
      {at !== undefined && <span class="ks-frame-time">{timeText(at, now)}</span>}
    </li>
  );
}

/** The picture before it is developed, or after: the second lies over the first as far as the frame is exposed. */
function Layer({ kind, picture }: { readonly kind: "latent" | "print"; readonly picture: string | undefined }) {
  if (picture === undefined) return <span class={`ks-layer ks-plain ks-${kind}`} />;
  return <img class={`ks-layer ks-${kind}`} src={picture} alt="" decoding="async" />;
}

function timeText(at: number, now: number): string {
  return at > now ? `in ${duration(at - now)}` : clockTime(at);
}
