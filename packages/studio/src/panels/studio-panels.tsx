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

/** What is looked at: a panel and, in it, a row by its key. */
export interface Place {
  readonly panel: PanelId;
  readonly row?: string | undefined;
}

/** A place as an address has it: `tasks`, `tasks/123`. */
export function addressOf({ panel, row }: Place): string {
  return row === undefined ? panel : `${panel}/${encodeURIComponent(row)}`;
}

/** The place of an address; the tasks where it names none. */
export function placeAt(address: string): Place {
  const [, name = "", row] = /^([^/]*)(?:\/(.+))?$/.exec(address) ?? [];
  if (!isPanelId(name)) return { panel: "tasks" };
  return row === undefined ? { panel: name } : { panel: name, row: decoded(row) };
}

function isPanelId(name: string): name is PanelId {
  return Object.hasOwn(panels, name);
}

/** An address that somebody has typed may have any `%` in it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface StudioPanelsProps extends PanelProps {
  readonly place: Place;
  readonly onGo: (place: Place) => void;
  /** What stands at the end of the line of tabs. */
  readonly beside: ComponentChildren;
}

/** Everything there is to see of a simulator, a tab each. Lays itself out in a flex column of a given height. */
export function StudioPanels({ studio, place: { panel, row }, onGo, beside }: StudioPanelsProps) {
  const Panel = panels[panel];
  return (
    <Tabs tabs={tabsOf(studio)} current={panel} onChoose={(id) => onGo({ panel: id })} beside={beside}>
      <Panel studio={studio} row={row} onRow={(key) => onGo({ panel, row: key })} />
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
