import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { FaultControl, TimeControls } from "./controls.js";
import type { Editor } from "./editor.js";
import { ExampleLog } from "./example-log.js";
import type { ExampleState } from "./example-state.js";
import { Frame } from "./frame.js";
import { Ledger } from "./ledger.js";
import { examplePicture, ownPicture } from "./picture.js";
import { addressOfPlayground, forget, keep, kept, sharedSettings } from "./shared-code.js";
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
  /** Runs as soon as it is there: the reader has pressed Run already. */
  readonly startsAtOnce?: boolean;
  /** The code as it is shown before the editor is loaded. */
  readonly children?: ComponentChildren;
}

/** A simulated task takes three seconds; nobody learns more from waiting for them. */
const usualTime = { speed: 8, frozen: false };
/** Where the result stands below the code, in pixels of the example's width. */
const narrow = 608;

/** TypeScript that runs in the page, with the real client and the real simulator. */
export function LiveExample(props: LiveExampleProps) {
  const { name, code, pictureUrl, outcome, fault: firstFault, startsAtOnce = false, children } = props;
  const root = useRef<HTMLElement>(null);
  const [ready, setReady] = useState(false);
  const [picture, setPicture] = useState(() => examplePicture(pictureUrl));
  const [pictureProblem, setPictureProblem] = useState("");
  const [time, setTime] = useState(usualTime);
  const [fault, setFault] = useState(firstFault);
  const example = useExample(root);
  const { state } = example;
  const editor = useEditor({ name, code, state, onRun: () => void start() });
  // What stands in the address is not known where the page is built.
  useEffect(() => {
    const follow = () => {
      const shared = sharedSettings(name);
      if (shared.time) setTime(shared.time);
      if (shared.fault) setFault(shared.fault);
    };
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  useEffect(() => {
    setReady(true);
    if (startsAtOnce) void start();
    else if (kept(name) !== undefined) void editor.open(false);
  }, []);
  useEffect(() => {
    // The button that was pressed is gone: the one in its place has the focus.
    if (ready && startsAtOnce) root.current?.querySelector<HTMLElement>("button.run")?.focus({ preventScroll: true });
  }, [ready]);

  const start = () => {
    const { current: section } = root;
    // On a phone the result is below the window.
    if (section && section.clientWidth < narrow)
      section.querySelector(".live-stage")?.scrollIntoView({ block: "nearest" });
    return example.run({ code: editor.code(), picture, time, fault });
  };
  const reset = () => {
    editor.reset();
    setPicture(examplePicture(pictureUrl));
    setPictureProblem("");
    setTime(usualTime);
    setFault(firstFault);
    example.clear();
  };
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
  const changed = editor.opened || time !== usualTime || fault !== firstFault || picture.url !== pictureUrl;
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
          {!editor.opened && (
            <button type="button" disabled={!ready} onClick={() => void editor.open(true)}>
              Edit
            </button>
          )}
          {changed && (
            <button type="button" disabled={!ready} onClick={reset}>
              Reset
            </button>
          )}
          <FaultControl
            name={name}
            fault={fault}
            onFault={(chosen) => {
              setFault(chosen);
              example.setFault(chosen);
            }}
          />
          <TimeControls
            name={name}
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
          {(pictured || ["video", "picture", "audio"].includes(outcome) || state.results.length > 0) && (
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
            {statusOf(state, outcome)}
          </p>
          <a
            class="live-open"
            href={addressOfPlayground(code)}
            onClick={(event) => {
              event.currentTarget.href = addressOfPlayground(editor.code(), { fault, time });
            }}
          >
            {name === "playground" ? "Link to this code" : "Open in playground"}
          </a>
        </div>
      </div>
    </section>
  );
}

function statusOf({ phase, failure, results, rendered }: ExampleState, outcome: string): string {
  if (failure) return `✕ ${failure.line === null ? "" : `line ${failure.line}: `}${failure.message}`;
  if (phase === "finished" && rendered !== null)
    return `◐ finished; rendering the video: ${Math.round(rendered * 100)} %`;
  if (phase === "finished" && outcome === "video" && results.length === 0) return "◐ finished; rendering the video…";
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
  // On the playground a link to other code changes only what follows the `#` of the address.
  useEffect(() => {
    const show = async () => {
      const shared = kept(name);
      if (name !== "playground" || shared === undefined) return;
      await load();
      editor.current?.replace(shared);
    };
    const listener = () => void show();
    addEventListener("hashchange", listener);
    return () => removeEventListener("hashchange", listener);
  }, []);
  const load = async () => {
    const { createEditor } = await import("./editor.js");
    if (!host.current) return;
    if (still.current?.offsetHeight) setHeight(still.current.offsetHeight);
    const first = kept(name) ?? code;
    const label = `Code of ${name}; Control and Enter runs it, Escape and then Tab leaves it`;
    editor.current ??= createEditor({
      parent: host.current,
      code: first,
      label,
      onRun: () => run.current(),
      onChange: (text) => (text === code ? forget(name) : keep(name, text)),
    });
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
    code: () => editor.current?.code ?? kept(name) ?? code,
    async open(focus: boolean) {
      await load();
      if (focus) requestAnimationFrame(() => editor.current?.focus());
    },
    reset() {
      editor.current?.replace(code);
      forget(name);
    },
  };
}
