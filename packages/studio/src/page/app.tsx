import { useEffect, useState } from "preact/hooks";
import { ClockPanel } from "../panels/clock-panel.js";
import { NoticeLine } from "../panels/notice-line.js";
import type { PanelProps } from "../panels/panel-props.js";
import { SessionPanel } from "../panels/session-panel.js";
import { addressOf, type Place, placeAt, StudioPanels } from "../panels/studio-panels.js";
import { SimulatedMark } from "../parts/simulated-mark.js";
import { ThemeChoice } from "./theme.js";

/** The whole page. */
export function App({ studio }: PanelProps) {
  const [place, go] = usePlace();
  return (
    <div class="ks-app">
      <header class="ks-bar">
        <h1>
          klingkit <span>studio</span>
        </h1>
        <SimulatedMark />
        <Connection studio={studio} />
        <ClockPanel studio={studio} />
      </header>
      <main>
        <StudioPanels
          studio={studio}
          place={place}
          onGo={go}
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

/** What is looked at, as the address has it after `#`: a link to it leads there, and so does a reload. */
function usePlace() {
  const [place, setPlace] = useState<Place>(placeOfAddress);
  useEffect(() => {
    const follow = () => setPlace(placeOfAddress());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const go = (next: Place) => {
    history.replaceState(null, "", `#${addressOf(next)}`);
    setPlace(next);
  };
  return [place, go] as const;
}

function placeOfAddress(): Place {
  return placeAt(location.hash.slice(1));
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
