import {
  ClockPanel,
  inProcess,
  NoticeLine,
  type Place,
  SessionPanel,
  SimulatedMark,
  StudioPanels,
  StudioStore,
} from "@klingkit/studio";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Act, acts } from "./acts.js";
import { createStage } from "./scene.js";

/** Buttons that make something happen to a simulator in the page, and the studio's panels on it. */
export function Workbench({ pictureUrl }: { readonly pictureUrl: string }) {
  const [{ stage, studio }] = useState(() => {
    const stage = createStage(pictureUrl);
    return { stage, studio: new StudioStore(inProcess(stage.mock)) };
  });
  const [place, setPlace] = useState<Place>({ panel: "tasks" });
  const [said, setSaid] = useState<readonly string[]>([]);
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => studio.start(), [studio]);
  // The button that has opened the studio is gone.
  useEffect(() => first.current?.focus({ preventScroll: true }), []);

  async function run({ panel, run }: Act) {
    const say = (text: string) => setSaid((before) => [...before, text]);
    setPlace({ panel });
    await stage
      .scene(say)
      .then(run)
      .catch((error) => say(`✕ ${error instanceof Error ? error.message : error}`));
  }

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out as a grid everywhere */}
      <div class="bench-acts" role="group" aria-label="Make something happen">
        {acts.map((act, index) => (
          <button key={act.title} type="button" ref={index === 0 ? first : null} onClick={() => run(act)}>
            {act.title}
          </button>
        ))}
      </div>
      <Said lines={said} />
      <div class="bench-clock">
        <SimulatedMark />
        <ClockPanel studio={studio} />
      </div>
      <StudioPanels
        studio={studio}
        place={place}
        onGo={setPlace}
        beside={
          <div class="ks-beside">
            <SessionPanel studio={studio} />
          </div>
        }
      />
      <NoticeLine studio={studio} />
    </>
  );
}

/** What the code behind the buttons says, the latest in view. */
function Said({ lines }: { readonly lines: readonly string[] }) {
  const list = useRef<HTMLOListElement>(null);
  useLayoutEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [lines]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <ol class="bench-said" ref={list} tabIndex={0} aria-label="What the code says" aria-live="polite">
      {lines.map((line, index) => (
        <li key={index}>{line}</li>
      ))}
      {lines.length === 0 && <li class="bench-muted">The console output of the buttons' code appears here.</li>}
    </ol>
  );
}
