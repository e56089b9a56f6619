import type { TaskView } from "./protocol.js";

const frames = ["submitted", "processing", "succeed"] as const;
const shapes: Readonly<Record<string, string>> = { submitted: "◌", processing: "◐", succeed: "●", failed: "✕" };

/**
 * A film strip of three frames that fills from the left while a task runs; the frame that develops shows the reader's
 * picture emerging. A failure leaves its frame half-developed, with the reason under it.
 */
export function TaskStrip({ task, picture }: { readonly task: TaskView | undefined; readonly picture: string }) {
  const failed = task?.status === "failed";
  return (
    <div class="strip" data-status={task?.status ?? "none"}>
      <ol class="strip-frames">
        {frames.map((name, index) => (
          <Frame
            key={name}
            name={index === 2 && failed ? "failed" : name}
            filled={fill(task, index)}
            picture={picture}
          />
        ))}
      </ol>
      <p class="strip-word">
        {task ? (
          <>
            <span class={`status status-${failed ? "failed" : task.ended ? "succeed" : "running"}`}>
              <span aria-hidden="true">{shapes[task.status] ?? "?"}</span> {task.status}
            </span>{" "}
            <span class="strip-task">
              {task.family} {task.id}
              {task.message && <span class="strip-reason">{task.message}</span>}
            </span>
          </>
        ) : (
          <span class="strip-task">no task yet</span>
        )}
      </p>
    </div>
  );
}

function Frame({
  name,
  filled,
  picture,
}: {
  readonly name: string;
  readonly filled: number;
  readonly picture: string;
}) {
  const state = filled <= 0 ? "dark" : filled < 1 ? "developing" : "developed";
  return (
    <li class={`strip-frame strip-${state} strip-${name}`} style={{ "--filled": filled.toFixed(3) }}>
      <img class="latent" src={picture} alt="" loading="lazy" decoding="async" width="180" height="120" />
      <img class="print" src={picture} alt="" loading="lazy" decoding="async" width="180" height="120" />
      <span class="strip-name">{name}</span>
    </li>
  );
}

/** How much of a frame is developed, 0 to 1. */
function fill(task: TaskView | undefined, frame: number): number {
  if (!task) return 0;
  if (frame < 2) return task.ended ? 1 : (task.progress[frame] ?? 0);
  if (!task.ended) return 0;
  return task.status === "failed" ? 0.5 : 1;
}
