import { useEffect, useState } from "preact/hooks";
import { AccountsPanel } from "../panels/accounts-panel.js";
import { CallbacksPanel } from "../panels/callbacks-panel.js";
import { ClockPanel } from "../panels/clock-panel.js";
import { LedgerPanel } from "../panels/ledger-panel.js";
import type { PanelProps } from "../panels/panel-props.js";
import { RequestsPanel } from "../panels/requests-panel.js";
import { SessionPanel } from "../panels/session-panel.js";
import { SteeringPanel } from "../panels/steering-panel.js";
import { TasksPanel } from "../panels/tasks-panel.js";
import { type Tab, Tabs } from "../parts/tabs.js";
import type { StudioStore } from "../store/studio-store.js";
import { ThemeChoice } from "./theme.js";

const panels = {
  tasks: TasksPanel,
  requests: RequestsPanel,
  ledger: LedgerPanel,
  callbacks: CallbacksPanel,
  accounts: AccountsPanel,
  steering: SteeringPanel,
} as const;
type PanelId = keyof typeof panels;

/** The whole page. */
export function App({ studio }: PanelProps) {
  const [current, setCurrent] = usePlace();
  const Panel = panels[current];
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
        <Tabs
          tabs={tabsOf(studio)}
          current={current}
          onChoose={setCurrent}
          beside={
            <div class="ks-beside">
              <SessionPanel studio={studio} />
              <ThemeChoice />
            </div>
          }
        >
          <Panel studio={studio} />
        </Tabs>
      </main>
      <NoticeLine studio={studio} />
    </div>
  );
}

function tabsOf(studio: StudioStore): readonly Tab<PanelId>[] {
  const { duplicates } = studio.ledger.value;
  const figure = (amount: number) => amount.toLocaleString("en");
  const rules = studio.rules.value.length;
  return [
    { id: "tasks", title: "Tasks", note: figure(studio.taskCount.value) },
    { id: "requests", title: "Requests", note: figure(studio.requestCount.value) },
    duplicates > 0
      ? { id: "ledger", title: "Ledger", note: `✕ ${figure(duplicates)} twice`, isAlarming: true }
      : { id: "ledger", title: "Ledger" },
    { id: "callbacks", title: "Callbacks", note: figure(studio.callbacks.value.deliveries.length) },
    { id: "accounts", title: "Accounts", note: figure(studio.accounts.value.length) },
    rules > 0
      ? { id: "steering", title: "Steering", note: `${figure(rules)} on` }
      : { id: "steering", title: "Steering" },
  ];
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
  return Object.hasOwn(panels, name) ? (name as PanelId) : "tasks";
}

const connections = {
  connecting: { shape: "◌", words: "connecting…" },
  live: { shape: "●", words: "live" },
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

/** What became of the latest thing that was done here. */
function NoticeLine({ studio }: PanelProps) {
  const notice = studio.notice.value;
  return (
    <div class="ks-notice" role="status" aria-live="polite">
      {notice && (
        <p class={notice.kind === "failed" ? "ks-alarm" : ""}>
          {notice.kind === "failed" ? "✕ " : "● "}
          {notice.text}{" "}
          <button
            type="button"
            class="ks-quiet"
            onClick={() => {
              studio.notice.value = undefined;
            }}
          >
            Close
          </button>
        </p>
      )}
    </div>
  );
}
