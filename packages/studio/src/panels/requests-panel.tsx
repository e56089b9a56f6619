import { useState } from "preact/hooks";
import type { LoggedRequest } from "../control/types.js";
import { curlOf } from "../format/curl.js";
import { clockTime, count, readable } from "../format/text.js";
import { CopyButton } from "../parts/copy-button.js";
import { Detail, Facts, Verbatim } from "../parts/detail.js";
import { type Column, RowGrid } from "../parts/row-grid.js";
import { AnswerStatus } from "../parts/verdict.js";
import { type OpenRow, type PanelProps, useOpenRow } from "./panel-props.js";

const columns: readonly Column<LoggedRequest>[] = [
  { title: "Answer", width: "5.5rem", cell: ({ status }) => <AnswerStatus status={status} /> },
  { title: "Time", width: "5.5rem", isFigure: true, cell: ({ at }) => clockTime(at) },
  { title: "Request", width: "minmax(12rem, 1fr)", cell: ({ method, path }) => `${method} ${path}` },
  { title: "What it is", width: "minmax(8rem, 13rem)", cell: ({ route }) => route },
  { title: "Steered by", width: "minmax(8rem, 14rem)", isExtra: true, cell: ({ preference }) => preference },
  { title: "Account", width: "6.5rem", isExtra: true, cell: ({ account }) => account ?? "none" },
  { title: "No.", width: "4rem", isExtra: true, isFigure: true, cell: ({ number }) => number },
];

const numberOf = ({ number }: LoggedRequest) => String(number);

/** The latest requests and what was answered, as they happen. */
export function RequestsPanel({ studio, ...openRow }: PanelProps & OpenRow) {
  const [openNumber, setOpenNumber] = useOpenRow(openRow);
  const [text, setText] = useState("");
  const all = studio.requests.value;
  const wanted = text.trim().toLowerCase();
  const rows = wanted === "" ? all : all.filter((request) => textOf(request).includes(wanted));
  const open = all.find((request) => numberOf(request) === openNumber);
  const gone = studio.requestCount.value - all.length;
  return (
    <div class="ks-split">
      <section class="ks-list">
        <div class="ks-tools">
          <label class="ks-search">
            <span class="ks-unseen">Search in requests</span>
            <input
              type="search"
              placeholder="Path, status, task id…"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
        </div>
        <RowGrid
          label="Requests"
          columns={columns}
          rows={rows}
          keyOf={numberOf}
          openKey={openNumber}
          onOpen={(request) => setOpenNumber(numberOf(request))}
          isAlarming={({ status }) => status === null}
          empty={<p>{all.length === 0 ? "No request yet." : "No request is like that."}</p>}
        />
        {gone > 0 && (
          <p class="ks-hint">
            The log keeps the newest {count(all.length, "request")}; {gone.toLocaleString("en")} are gone.
          </p>
        )}
      </section>
      {open && <RequestDetail studio={studio} request={open} onClose={() => setOpenNumber(undefined)} />}
    </div>
  );
}

function textOf({ method, path, query, route, status, preference, taskId, account }: LoggedRequest): string {
  return [method, path, query, route, status ?? "cut", preference, taskId, account].join(" ").toLowerCase();
}

interface RequestDetailProps extends PanelProps {
  readonly request: LoggedRequest;
  readonly onClose: () => void;
}

function RequestDetail({ studio, request, onClose }: RequestDetailProps) {
  const { number, method, path, query, headers, body, answer } = request;
  const command = curlOf(request, studio.transport.base);
  return (
    <Detail title={`Request ${number}`} onClose={onClose}>
      <Facts
        facts={{
          Answer: <AnswerStatus status={request.status} />,
          "What it is": request.route,
          Account: request.account ?? "no key was accepted",
          Task: request.taskId ?? "none",
          "Steered by": request.preference === "" ? "nothing" : request.preference,
        }}
      />
      <CopyButton label="Copy as curl" text={command} />
      {request.headers.authorization !== undefined && (
        <p class="ks-hint">
          Keys are never logged: set <code>KLINGKIT_KEY</code> before you run it.
        </p>
      )}
      <Verbatim label="curl" text={command} />
      <Verbatim label="Request" text={`${method} ${path}${query === "" ? "" : `?${query}`}\n${headerLines(headers)}`} />
      {body !== null && <Verbatim label="Body" text={readable(body)} />}
      {answer === null ? (
        <p class="ks-reason">✕ The connection was cut or refused; there is no answer.</p>
      ) : (
        <>
          <Verbatim label="Answer" text={`${request.status}\n${headerLines(answer.headers)}`} />
          {answer.body !== null && <Verbatim label="Answer's body" text={readable(answer.body)} />}
        </>
      )}
    </Detail>
  );
}

function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}
