import { useEffect, useState } from "preact/hooks";
import { ClockPanel } from "../panels/clock-panel.js";
import { NoticeLine } from "../panels/notice-line.js";
import type { PanelProps } from "../panels/panel-props.js";
import { SessionPanel } from "../panels/session-panel.js";
import { isPanelId, type PanelId, StudioPanels } from "../panels/studio-panels.js";
import { ThemeChoice } from "./theme.js";

/** The whole page. */
export function App({ studio }: PanelProps) {
  const [current, setCurrent] = usePlace();
  return (
    <div class="ks-app">
      <header class="ks-bar">
        <h1>
          klingkit <span>studio</span>
        </h1>
        <Connection studio={studio} />
        <ClockPanel studio={studio} />
      </header>
      <main>
        <StudioPanels
          studio={studio}
          current={current}
          onChoose={setCurrent}
          beside={
            <div class="ks-beside">
              <SessionPanel studio={studio} />
              <ThemeChoice />
            </div>
          }
        />
      </main>
      <NoticeLine studio={studio} />
    </div>
  );
}

/** The open panel, as the address has it after `#`. */
function usePlace() {
  const [current, setCurrent] = useState<PanelId>(placeOf);
  useEffect(() => {
    const follow = () => setCurrent(placeOf());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const go = (id: PanelId) => {
    history.replaceState(null, "", `#${id}`);
    setCurrent(id);
  };
  return [current, go] as const;
}

function placeOf(): PanelId {
  const name = location.hash.slice(1);
  return isPanelId(name) ? name : "tasks";
}

const connections = {
  connecting: { shape: "◌", words: "connecting…" },
  live: { shape: "●", words: "connected" },
  lost: { shape: "✕", words: "lost; trying again" },
} as const;

function Connection({ studio }: PanelProps) {
  const state = studio.connection.value;
  const { shape, words } = connections[state];
  return (
    <p class={`ks-connection ks-${state}`} role="status">
      <span aria-hidden="true">{shape}</span> {words}
      {studio.dialect.value !== "" && <span class="ks-dialect">{studio.dialect.value}</span>}
    </p>
  );
}
