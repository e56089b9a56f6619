import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { rowAfterKey } from "./row-window.js";

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly title: string;
  /** A figure beside the title, and whether it is bad news. */
  readonly note?: string;
  readonly isAlarming?: boolean;
}

interface TabsProps<Id extends string> {
  readonly tabs: readonly Tab<Id>[];
  readonly current: Id;
  readonly onChoose: (id: Id) => void;
  /** What stands at the end of the line of tabs. */
  readonly beside: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Tabs and the panel of the chosen one. Arrow keys move between them. */
export function Tabs<Id extends string>({ tabs, current, onChoose, beside, children }: TabsProps<Id>) {
  const list = useRef<HTMLDivElement>(null);
  const index = tabs.findIndex(({ id }) => id === current);

  function onKeyDown(event: KeyboardEvent) {
    const key = event.key.replace("Right", "Down").replace("Left", "Up");
    const next = rowAfterKey(key, index, { count: tabs.length, page: tabs.length });
    const tab = next === undefined ? undefined : tabs[next];
    if (!tab || next === undefined) return;
    event.preventDefault();
    onChoose(tab.id);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  }

  return (
    <>
      <div class="ks-tab-line">
        <div
          ref={list}
          class="ks-tabs"
          role="tablist"
          aria-label="Parts of the simulator"
          onKeyDown={onKeyDown}
          tabIndex={-1}
        >
          {tabs.map(({ id, title, note, isAlarming }) => (
            <button
              key={id}
              type="button"
              role="tab"
              id={`ks-tab-${id}`}
              aria-selected={id === current}
              aria-controls="ks-panel"
              tabIndex={id === current ? 0 : -1}
              onClick={() => onChoose(id)}
            >
              {title}
              {note !== undefined && <span class={isAlarming ? "ks-note ks-alarm" : "ks-note"}>{note}</span>}
            </button>
          ))}
        </div>
        {beside}
      </div>
      <div id="ks-panel" class="ks-panel" role="tabpanel" aria-labelledby={`ks-tab-${current}`}>
        {children}
      </div>
    </>
  );
}
