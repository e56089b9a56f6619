import { FilmStrip, isEnding, StatusWord, stepAt } from "@klingkit/studio";
import type { TaskView } from "./protocol.js";

interface TaskStripProps {
  readonly tasks: readonly TaskView[];
  /** Address of the picture that develops; undefined where none is sent. */
  readonly picture: string | undefined;
}

/** The strip of the latest task, its status in words, and how many of all have ended. */
export function TaskStrip({ tasks, picture }: TaskStripProps) {
  const task = tasks.at(-1);
  const status = task && statusOf(task);
  return (
    <div class="strip" data-status={status ?? "none"}>
      <FilmStrip task={task} now={task?.now ?? 0} picture={picture} />
      <p class="strip-word">
        {task && status ? (
          <>
            <StatusWord status={status} />
            <span class="strip-task">
              {task.operation} {task.id}
              {tasks.length > 1 && <span class="strip-others">{othersOf(tasks)}</span>}
            </span>
          </>
        ) : (
          <span class="strip-task">no task yet</span>
        )}
      </p>
    </div>
  );
}

function statusOf(task: TaskView): string {
  return stepAt(task, task.now).status;
}

function othersOf(tasks: readonly TaskView[]): string {
  return `${tasks.filter((task) => isEnding(statusOf(task))).length} of ${tasks.length} tasks have ended`;
}
