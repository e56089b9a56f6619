import { useEffect, useState } from "preact/hooks";
import { pictureOf } from "../control/transport.js";
import type { Task, TaskWithResult } from "../control/types.js";
import { calendarDate, clockTime, unitsText } from "../format/text.js";
import { Detail, Facts, Verbatim } from "../parts/detail.js";
import { FilmStrip } from "../parts/film-strip.js";
import { MediaPreview, useSource } from "../parts/media-preview.js";
import { StatusWord } from "../parts/status-word.js";
import { isEnding, phaseOf, stepAt } from "../store/course.js";
import type { PanelProps } from "./panel-props.js";
import { TaskTraces } from "./task-traces.js";

interface TaskDetailProps extends PanelProps {
  readonly task: Task;
  readonly onClose: () => void;
}

/** One task: its strip, what came of it, what was asked for, and a hand to move it on. */
export function TaskDetail({ studio, task, onClose }: TaskDetailProps) {
  const now = studio.now.value;
  const step = stepAt(task, now);
  const picture = useSource(studio.transport, task.picture ? pictureOf(task.task_id) : undefined);
  return (
    <Detail title={`Task ${task.task_id}`} onClose={onClose}>
      <FilmStrip task={task} now={now} picture={picture} />
      <Results studio={studio} task={task} status={step.status} />
      <TaskControls studio={studio} task={task} status={step.status} />
      <Facts
        facts={{
          Status: <StatusWord status={step.status} />,
          Operation: task.operation,
          "Own id": task.external_task_id ?? "none",
          Account: task.account,
          Cost: unitsText(task.units),
          Created: `${calendarDate(task.created_at)}, ${clockTime(task.created_at)}`,
          ...(task.fault === null ? {} : { "Its submit's answer": `spoilt by ${task.fault}` }),
        }}
      />
      <Verbatim label="Request" text={JSON.stringify(task.request, null, 2)} />
      <TaskTraces studio={studio} taskId={task.task_id} />
    </Detail>
  );
}

/** A link may lead to a task that the simulator has forgotten. */
export function MissingTask({ id, onClose }: { readonly id: string | undefined; readonly onClose: () => void }) {
  return (
    <Detail title={`Task ${id}`} onClose={onClose}>
      <p>This simulator has no such task. It was reset or restarted since, or the link is of another one.</p>
    </Detail>
  );
}

/** Moves a task that has not ended. */
function TaskControls({ studio, task, status }: PanelProps & { readonly task: Task; readonly status: string }) {
  const [message, setMessage] = useState("");
  if (isEnding(status)) return null;
  const { client } = studio;
  const { task_id: id } = task;
  return (
    <form
      class="ks-task-controls"
      onSubmit={(event) => {
        event.preventDefault();
        void studio.act(`Task ${id} has failed.`, client.failTask(id, message));
      }}
    >
      <button type="button" onClick={() => studio.act(`Task ${id} has moved on.`, client.advanceTask(id))}>
        Next status
      </button>
      <button type="button" onClick={() => studio.act(`Task ${id} has succeeded.`, client.succeedTask(id))}>
        Succeed
      </button>
      <span class="ks-joined">
        <input
          aria-label="Reason for failing"
          placeholder="Reason"
          value={message}
          onInput={(event) => setMessage(event.currentTarget.value)}
        />
        <button type="submit">Fail</button>
      </span>
    </form>
  );
}

/** The files of a task that has succeeded. */
function Results({ studio, task, status }: PanelProps & { readonly task: Task; readonly status: string }) {
  const [result, setResult] = useState<TaskWithResult["task_result"]>(null);
  const isThere = phaseOf(status) === "succeed";
  useEffect(() => {
    if (!isThere) return;
    studio.client.task(task.task_id).then(
      ({ task_result }) => setResult(task_result),
      () => {},
    );
  }, [studio, task, isThere]);
  if (!isThere) return null;
  return (
    <div class="ks-results">
      {addressesIn(result).map((address) => (
        <MediaPreview key={address} transport={studio.transport} address={address} />
      ))}
    </div>
  );
}

/** Every address in a result, however deep. */
function addressesIn(value: unknown): readonly string[] {
  if (typeof value === "string") return URL.canParse(value) && value.startsWith("http") ? [value] : [];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(addressesIn) : [];
}
