import { useLayoutEffect, useRef } from "preact/hooks";
import { grouped, type LogEntry, type LogGroup } from "./example-state.js";
import type { ExchangeView } from "./protocol.js";

/** Requests and answers, what the client does between them, and the console, in the order in which they happen. */
export function ExampleLog({ log }: { readonly log: readonly LogEntry[] }) {
  const list = useRef<HTMLOListElement>(null);
  const groups = grouped(log);
  useLayoutEffect(() => {
    const element = list.current;
    if (element && !element.contains(document.activeElement)) element.scrollTop = element.scrollHeight;
  }, [groups.length]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <ol class="log" ref={list} tabIndex={0} aria-label="Requests, answers and console">
      {groups.map((group, index) => (
        <LogLine key={index} group={group} />
      ))}
      {groups.length === 0 && <li class="log-empty">Requests, answers and the console appear here.</li>}
    </ol>
  );
}

function LogLine({ group: { entry, count } }: { readonly group: LogGroup }) {
  if (entry.kind === "exchange") return <ExchangeLine exchange={entry.exchange} count={count} />;
  const level = entry.kind === "console" ? entry.level : "client";
  return (
    <li class={`log-line log-${level}`}>
      <span class="log-kind">{entry.kind === "client" ? "client" : "console"}</span>
      <span class="log-text">{entry.text}</span>
    </li>
  );
}

function ExchangeLine({ exchange, count }: { readonly exchange: ExchangeView; readonly count: number }) {
  const { method, path, request, answer, outcome } = exchange;
  const bad = typeof outcome === "string" || (outcome ?? 0) >= 400;
  return (
    <li class={`log-line log-exchange${bad ? " log-bad" : ""}`}>
      <details>
        <summary>
          <span class="log-method">{method}</span> <span class="log-path">{path}</span>{" "}
          <span class="log-outcome">{outcome ?? "…"}</span>
          {count > 1 && <span class="log-count"> ×{count}</span>}
        </summary>
        {request && <pre class="log-body">{request}</pre>}
        {answer && <pre class="log-body">{answer}</pre>}
      </details>
    </li>
  );
}
