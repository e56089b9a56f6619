import type { ComponentChildren } from "preact";
import { clockTime } from "../format/text.js";
import { StatusWord } from "../parts/status-word.js";
import { AnswerStatus, Outcome } from "../parts/verdict.js";
import type { PanelProps } from "./panel-props.js";

/** Entries of each kind that are shown. */
const maxTraces = 20;

/** What was asked about one task, and what was told of it, newest first. */
export function TaskTraces({ studio, taskId }: PanelProps & { readonly taskId: string }) {
  const requests = studio.requests.value.filter((request) => request.taskId === taskId).slice(0, maxTraces);
  const deliveries = studio.callbacks.value.deliveries.filter((delivery) => delivery.taskId === taskId);
  return (
    <>
      <Traces title="Requests about it">
        {requests.map(({ number, at, method, status, preference }) => (
          <li key={number}>
            <span class="ks-figure">{clockTime(at)}</span> {method} <AnswerStatus status={status} /> {preference}
          </li>
        ))}
      </Traces>
      <Traces title="Callbacks">
        {deliveries
          .slice(-maxTraces)
          .reverse()
          .map(({ at, status, attempt, outcome, reason }) => (
            <li key={`${at} ${status} ${attempt}`}>
              <span class="ks-figure">{clockTime(at)}</span> <StatusWord status={status} />, attempt {attempt}{" "}
              <Outcome outcome={outcome} reason={reason} />
            </li>
          ))}
      </Traces>
    </>
  );
}

function Traces({ title, children }: { readonly title: string; readonly children: readonly ComponentChildren[] }) {
  if (children.length === 0) return null;
  return (
    <section class="ks-traces" aria-label={title}>
      <h3>{title}</h3>
      <ol>{children}</ol>
    </section>
  );
}
