import type { TaskView } from "./protocol.js";

const frames = ["submitted", "processing", "succeed"] as const;
const shapes: Readonly<Record<string, string>> = { submitted: "◌", processing: "◐", succeed: "●", failed: "✕" };

/**
 * A film strip of three frames that fills from the left while a task runs; the frame that develops shows the reader's
 * picture emerging. A failure leaves its frame half-developed, with the reason under it. Of several tasks the latest is
 * shown, and the others by their shapes.
 * @param picture address; "" where none is sent
 */
export function TaskStrip({ tasks, picture }: { readonly tasks: readonly TaskView[]; readonly picture: string }) {
  const task = tasks.at(-1);
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
              {tasks.length > 1 && <Others tasks={tasks} />}
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

function Others({ tasks }: { readonly tasks: readonly TaskView[] }) {
  const ended = tasks.filter((task) => task.ended).length;
  return (
    <span class="strip-others">
      <span aria-hidden="true">{tasks.map(({ status }) => shapes[status] ?? "?").join("")}</span> {ended} of{" "}
      {tasks.length} tasks have ended
    </span>
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
      <Layer kind="latent" picture={picture} />
      <Layer kind="print" picture={picture} />
      <span class="strip-name">{name}</span>
    </li>
  );
}

function Layer({ kind, picture }: { readonly kind: "latent" | "print"; readonly picture: string }) {
  if (!picture) return <span class={`layer layer-plain ${kind}`} />;
  return <img class={`layer ${kind}`} src={picture} alt="" loading="lazy" decoding="async" width="180" height="120" />;
}

/** How much of a frame is developed, 0 to 1. */
function fill(task: TaskView | undefined, frame: number): number {
  if (!task) return 0;
  if (frame < 2) return task.ended ? 1 : (task.progress[frame] ?? 0);
  if (!task.ended) return 0;
  return task.status === "failed" ? 0.5 : 1;
}
