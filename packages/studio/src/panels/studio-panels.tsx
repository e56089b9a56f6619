import type { ComponentChildren } from "preact";
import { type Tab, Tabs } from "../parts/tabs.js";
import type { StudioStore } from "../store/studio-store.js";
import { AccountsPanel } from "./accounts-panel.js";
import { CallbacksPanel } from "./callbacks-panel.js";
import { LedgerPanel } from "./ledger-panel.js";
import type { PanelProps } from "./panel-props.js";
import { RequestsPanel } from "./requests-panel.js";
import { SteeringPanel } from "./steering-panel.js";
import { TasksPanel } from "./tasks-panel.js";

const panels = {
  tasks: TasksPanel,
  requests: RequestsPanel,
  ledger: LedgerPanel,
  callbacks: CallbacksPanel,
  accounts: AccountsPanel,
  steering: SteeringPanel,
} as const;

/** A panel that has a tab. */
export type PanelId = keyof typeof panels;

export function isPanelId(name: string): name is PanelId {
  return Object.hasOwn(panels, name);
}

interface StudioPanelsProps extends PanelProps {
  readonly current: PanelId;
  readonly onChoose: (id: PanelId) => void;
  /** What stands at the end of the line of tabs. */
  readonly beside: ComponentChildren;
}

/** Everything there is to see of a simulator, a tab each. Lays itself out in a flex column of a given height. */
export function StudioPanels({ studio, current, onChoose, beside }: StudioPanelsProps) {
  const Panel = panels[current];
  return (
    <Tabs tabs={tabsOf(studio)} current={current} onChoose={onChoose} beside={beside}>
      <Panel studio={studio} />
    </Tabs>
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
