import { exposuresOf, stepAt, useMediaElement } from "@klingkit/studio";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ExampleState } from "./example-state.js";
import type { Picture } from "./picture.js";
import type { TaskView } from "./protocol.js";

interface FrameProps {
  readonly state: ExampleState;
  /** Undefined where the example sends none. */
  readonly picture: Picture | undefined;
  readonly problem: string;
  onFile(file: File): void;
}

/** The large frame: the picture, dark until its task runs; then the result. A picture dropped on it is used. */
export function Frame({ state, picture, problem, onFile }: FrameProps) {
  const input = useRef<HTMLInputElement>(null);
  const task = state.view.tasks.at(-1);
  const { results } = state;
  const done = results.length > 0;
  const developed = task ? developedOf(task) : 0;
  const caption = problem || captionOf(state, picture);
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first
    <div
      class={`live-frame${done ? " live-frame-done" : ""}${picture || done ? "" : " live-frame-unexposed"}`}
      style={{ "--developed": developed.toFixed(3), "--columns": Math.ceil(Math.sqrt(results.length)) }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        take(event.dataTransfer?.files);
      }}
    >
      {done && (
        <div class="live-results">
          {results.map((result, index) => (
            <ResultView key={result} result={result} name={nameOf(index, results.length)} />
          ))}
        </div>
      )}
      {!done && !picture && <p class="live-frame-empty">The result appears here.</p>}
      {!done && picture && <img src={picture.url} alt="" width="600" height="400" decoding="async" loading="lazy" />}
      <div class="live-frame-caption">
        {caption !== "" && (
          <span class="live-frame-name" role={problem === "" ? undefined : "alert"}>
            {caption}
          </span>
        )}
        {picture && (
          <>
            <button type="button" onClick={() => input.current?.click()}>
              use your own picture
            </button>
            <input
              ref={input}
              type="file"
              accept="image/*"
              hidden
              aria-label="Your own picture"
              onChange={(event) => take(event.currentTarget.files)}
            />
          </>
        )}
      </div>
    </div>
  );
}

/** How far the picture is out of the dark: as the strip's second frame; what has failed stays in twilight. */
function developedOf(task: TaskView): number {
  const [, running = 0] = exposuresOf(task, task.now);
  return running * (stepAt(task, task.now).status === "failed" ? 0.5 : 1);
}

function captionOf({ results }: ExampleState, picture: Picture | undefined): string {
  if (results.length > 0) return "rendered in this page";
  if (!picture) return "";
  return picture.name || "the example's picture";
}

function nameOf(index: number, count: number): string {
  return count === 1 ? "Result" : `Result ${index + 1} of ${count}`;
}

function ResultView({ result, name }: { readonly result: Blob; readonly name: string }) {
  // Before the address: cleaned up in this order, the element stops reading before its address is released.
  const media = useMediaElement();
  const url = useMemo(() => URL.createObjectURL(result), [result]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  useEffect(() => {
    // Readers who want nothing to move start it by hand.
    const isVideo = result.type.startsWith("video/");
    if (isVideo && !matchMedia("(prefers-reduced-motion: reduce)").matches) void media.current?.play().catch(() => {});
  }, [result]);
  if (result.type.startsWith("image/")) return <img src={url} alt={name} width="600" height="400" />;
  if (result.type.startsWith("audio/")) {
    // biome-ignore lint/a11y/useMediaCaption: a generated tone has no words
    return <audio ref={media} src={url} controls aria-label={name} />;
  }
  return (
    <video
      ref={media}
      src={url}
      controls
      loop
      muted
      playsInline
      preload="auto"
      width="600"
      height="400"
      aria-label={name}
    />
  );
}
