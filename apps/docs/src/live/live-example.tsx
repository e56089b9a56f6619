import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { FaultControl, TimeControls } from "./controls.js";
import type { Editor } from "./editor.js";
import { ExampleLog } from "./example-log.js";
import type { ExampleState } from "./example-state.js";
import { Frame } from "./frame.js";
import { Ledger } from "./ledger.js";
import { examplePicture, ownPicture } from "./picture.js";
import { TaskStrip } from "./task-strip.js";
import { useExample } from "./use-example.js";

export interface LiveExampleProps {
  readonly name: string;
  readonly code: string;
  /** Address of the example's picture. */
  readonly pictureUrl: string;
  /** How it ends: `video`, `picture`, `audio`, `console`, or the code of the error it is about. */
  readonly outcome: string;
  /** What goes wrong to begin with. */
  readonly fault: string;
  /** The code as it is shown before the editor is loaded. */
  readonly children?: ComponentChildren;
}

/** TypeScript that runs in the page, with the real client and the real simulator. */
export function LiveExample({ name, code, pictureUrl, outcome, fault: firstFault, children }: LiveExampleProps) {
  const root = useRef<HTMLElement>(null);
  const [ready, setReady] = useState(false);
  const [picture, setPicture] = useState(() => examplePicture(pictureUrl));
  const [pictureProblem, setPictureProblem] = useState("");
  const [time, setTime] = useState({ speed: 1, frozen: false });
  const [fault, setFault] = useState(firstFault);
  const example = useExample(root);
  const { state } = example;
  const editor = useEditor({ name, code, state, onRun: () => void start() });
  useEffect(() => setReady(true), []);

  const start = () => example.run({ code: editor.code(), picture, time, fault });
  const takePicture = async (file: File) => {
    try {
      setPicture(await ownPicture(file));
      setPictureProblem("");
    } catch (error) {
      setPictureProblem(error instanceof Error ? error.message : String(error));
    }
  };
  // Not every example sends a picture: then there is none to show, and none to drop.
  const pictured = code.includes("./picture.js");
  const busy = state.phase === "loading" || state.phase === "running";
  return (
    <section
      class="live not-content"
      ref={root}
      aria-label={`Live example ${name}`}
      data-example={name}
      data-outcome={outcome}
      data-phase={state.phase}
      data-failure={state.failure?.code || (state.failure ? "error" : undefined)}
      data-ready={ready || undefined}
    >
      <div class="live-grid">
        <div class="live-bar">
          <strong class="live-name">{name}.ts</strong>
          {busy ? (
            <button type="button" class="run" onClick={example.stop}>
              Stop
            </button>
          ) : (
            <button type="button" class="run run-start" disabled={!ready} onClick={() => void start()}>
              Run
            </button>
          )}
          <button type="button" disabled={!ready} onClick={() => (editor.opened ? editor.reset() : void editor.open())}>
            {editor.opened ? "Reset" : "Edit"}
          </button>
          <FaultControl
            fault={fault}
            onFault={(chosen) => {
              setFault(chosen);
              example.setFault(chosen);
            }}
          />
          <TimeControls
            time={time}
            elapsedMs={state.view.elapsedMs}
            onTime={(chosen) => {
              setTime(chosen);
              example.setTime(chosen);
            }}
            onAdvance={example.advanceTime}
          />
        </div>
        <div class="live-code">
          <div ref={editor.still} hidden={editor.opened}>
            {children}
          </div>
          <div
            class="live-editor"
            ref={editor.host}
            hidden={!editor.opened}
            style={editor.opened ? { height: editor.height } : {}}
          />
        </div>
        <div class="live-stage">
          {(pictured || ["video", "picture", "audio"].includes(outcome) || state.result) && (
            <Frame
              state={state}
              picture={pictured ? picture : undefined}
              problem={pictureProblem}
              onFile={(file) => void takePicture(file)}
            />
          )}
          <TaskStrip tasks={state.view.tasks} picture={pictured ? picture.url : undefined} />
        </div>
        <div class="live-record">
          <ExampleLog log={state.log} />
          <Ledger charges={state.view.charges} />
          <p class="live-status" role="status">
            {statusOf(state)}
          </p>
        </div>
      </div>
    </section>
  );
}

function statusOf({ phase, failure }: ExampleState): string {
  if (failure) return `✕ ${failure.line === null ? "" : `line ${failure.line}: `}${failure.message}`;
  return {
    idle: "Runs in this page: no key, no server, no credit.",
    loading: "loading the client and the simulator…",
    running: "running…",
    finished: "● finished",
    stopped: "stopped",
  }[phase];
}

interface EditorProps {
  readonly name: string;
  readonly code: string;
  readonly state: ExampleState;
  onRun(): void;
}

/** The editor: most readers run an example as it is, so it is loaded for a reader who edits, or to mark a line that fails. */
function useEditor({ name, code, state, onRun }: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const still = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>();
  const run = useRef(onRun);
  run.current = onRun;
  // The editor takes exactly the room of what it replaces, and scrolls inside it: nothing on the page moves.
  const [height, setHeight] = useState(0);
  const opened = height > 0;
  useEffect(() => () => editor.current?.destroy(), []);
  const load = async () => {
    const { createEditor } = await import("./editor.js");
    if (!host.current) return;
    if (still.current?.offsetHeight) setHeight(still.current.offsetHeight);
    const label = `Code of ${name}; Control and Enter runs it, Escape and then Tab leaves it`;
    editor.current ??= createEditor({ parent: host.current, code, label, onRun: () => run.current() });
  };
  useEffect(() => {
    const { failure } = state;
    const problem = failure && failure.line !== null ? { line: failure.line, message: failure.message } : null;
    if (problem && !opened) void load();
    editor.current?.showProblem(problem);
  }, [state.failure, opened]);
  return {
    host,
    still,
    opened,
    height,
    code: () => editor.current?.code ?? code,
    async open() {
      await load();
      requestAnimationFrame(() => editor.current?.focus());
    },
    reset() {
      editor.current?.replace(code);
    },
  };
}
