import { useState } from "preact/hooks";
import type { Task } from "../control/types.js";
import { clockTime, count } from "../format/text.js";
import { SmallStrip } from "../parts/film-strip.js";
import { type Column, RowGrid } from "../parts/row-grid.js";
import { StatusWord } from "../parts/status-word.js";
import { Thumbnail } from "../parts/thumbnail.js";
import { type Phase, phaseOf, stepAt } from "../store/course.js";
import type { StudioStore } from "../store/studio-store.js";
import { type OpenRow, type PanelProps, useOpenRow } from "./panel-props.js";
import { MissingTask, TaskDetail } from "./task-detail.js";
import { useTask } from "./use-task.js";

const phaseNames: readonly Phase[] = ["submitted", "processing", "succeed", "failed"];

/** Every task, live: narrowed down by status and by any text in it. */
export function TasksPanel({ studio, ...openRow }: PanelProps & OpenRow) {
  const [phase, setPhase] = useState<Phase>();
  const [text, setText] = useState("");
  const [openId, setOpenId] = useOpenRow(openRow);
  const now = studio.now.value;
  const all = studio.tasks.value;
  const rows = matching(all, { phase, text, now });
  const open = useTask(studio, openId);
  const hidden = studio.taskCount.value - all.length;
  return (
    <div class="ks-split">
      <section class="ks-list">
        <div class="ks-tools">
          <PhaseFilter phase={phase} counts={studio.phases.value} onChoose={setPhase} />
          <label class="ks-search">
            <span class="ks-unseen">Search in tasks</span>
            <input
              type="search"
              placeholder="Id, operation, model, prompt…"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
        </div>
        <RowGrid
          label="Tasks"
          columns={columnsOf(studio, now)}
          rows={rows}
          keyOf={idOf}
          openKey={openId}
          onOpen={(task) => setOpenId(task.task_id)}
          empty={<EmptyTasks studio={studio} isFiltered={all.length > 0} />}
        />
        {hidden > 0 && (
          <p class="ks-hint">
            The newest {count(all.length, "task")} are here; {hidden.toLocaleString("en")} are older.
          </p>
        )}
      </section>
      {open === "missing" && <MissingTask id={openId} onClose={() => setOpenId(undefined)} />}
      {typeof open === "object" && (
        <TaskDetail key={open.task_id} studio={studio} task={open} onClose={() => setOpenId(undefined)} />
      )}
    </div>
  );
}

const idOf = ({ task_id }: Task) => task_id;

interface Wanted {
  readonly phase: Phase | undefined;
  readonly text: string;
  readonly now: number;
}

/** The same list where nothing is asked for, so that the grid has nothing to do. */
function matching(tasks: readonly Task[], { phase, text, now }: Wanted): readonly Task[] {
  const wanted = text.trim().toLowerCase();
  if (phase === undefined && wanted === "") return tasks;
  return tasks.filter(
    (task) =>
      (phase === undefined || phaseOf(stepAt(task, now).status) === phase) &&
      (wanted === "" || textOf(task).includes(wanted)),
  );
}

function textOf({ task_id, external_task_id, operation, account, request }: Task): string {
  const { model_name, prompt, text } = request;
  return [task_id, external_task_id, operation, account, model_name, prompt, text].join(" ").toLowerCase();
}

function columnsOf(studio: StudioStore, now: number): readonly Column<Task>[] {
  return [
    { title: "Status", width: "7.5rem", cell: (task) => <StatusWord status={stepAt(task, now).status} /> },
    { title: "Timeline", width: "6rem", cell: (task) => <SmallStrip task={task} now={now} /> },
    { title: "Operation", width: "minmax(7rem, 10rem)", cell: ({ operation }) => operation },
    {
      title: "Prompt",
      width: "minmax(8rem, 1fr)",
      cell: ({ task_id, picture, request }) => (
        <>
          {picture && <Thumbnail transport={studio.transport} taskId={task_id} />}
          {String(request.prompt ?? request.text ?? "")}
        </>
      ),
    },
    { title: "Model", width: "8rem", isExtra: true, cell: ({ request }) => String(request.model_name ?? "") },
    { title: "Account", width: "6.5rem", isExtra: true, cell: ({ account }) => account },
    { title: "Units", width: "5rem", isExtra: true, isFigure: true, cell: ({ units }) => units ?? "unknown" },
    {
      title: "Created",
      width: "5.5rem",
      isExtra: true,
      isFigure: true,
      cell: ({ created_at }) => clockTime(created_at),
    },
    { title: "Task", width: "12rem", isExtra: true, isFigure: true, cell: idOf },
  ];
}

interface PhaseFilterProps {
  readonly phase: Phase | undefined;
  readonly counts: Readonly<Record<Phase, number>>;
  readonly onChoose: (phase: Phase | undefined) => void;
}

function PhaseFilter({ phase, counts, onChoose }: PhaseFilterProps) {
  return (
    <fieldset class="ks-choices">
      <legend class="ks-unseen">Show tasks that are</legend>
      {phaseNames.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={phase === name}
          onClick={() => onChoose(phase === name ? undefined : name)}
        >
          <StatusWord status={name} /> <span class="ks-figure">{counts[name].toLocaleString("en")}</span>
        </button>
      ))}
    </fieldset>
  );
}

function EmptyTasks({ studio, isFiltered }: PanelProps & { readonly isFiltered: boolean }) {
  if (isFiltered) return <p>No task is like that.</p>;
  const { base } = studio.transport;
  // A command line reaches no simulator that lives in a page.
  if (!base.startsWith("http://")) return <p>No task yet.</p>;
  return (
    <>
      <p>No task yet. Send the first one, it costs nothing:</p>
      <pre>{`KLINGKIT_BASE_URL=${base} klingkit submit text2video --prompt "A boat on a lake"`}</pre>
    </>
  );
}
