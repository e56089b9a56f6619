import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { rowAfterKey } from "./row-window.js";

interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly rowHeight: number;
  readonly onOpen: ((row: Row) => void) | undefined;
}

/** The row that the arrow keys have reached. It stays the same one when others come in above; Enter and space open it. */
export function useActiveRow<Row>(viewport: RefObject<HTMLElement>, { rows, keyOf, rowHeight, onOpen }: Rows<Row>) {
  const [key, setKey] = useState<string>();
  const row = key === undefined ? -1 : rows.findIndex((candidate) => keyOf(candidate) === key);

  function onKeyDown(event: KeyboardEvent) {
    const active = rows[row];
    const page = Math.max(1, Math.floor((viewport.current?.clientHeight ?? 0) / rowHeight) - 2);
    const next = rowAfterKey(event.key, row, { count: rows.length, page });
    const target = next === undefined ? undefined : rows[next];
    const opens = (event.key === "Enter" || event.key === " ") && active !== undefined && onOpen;
    if (!opens && target === undefined) return;
    event.preventDefault();
    if (opens) onOpen(active);
    else if (next !== undefined && target !== undefined) {
      setKey(keyOf(target));
      reveal(viewport.current, next, rowHeight);
    }
  }

  /** A row that was clicked: the arrow keys go on from it. */
  function onClick(clicked: Row) {
    viewport.current?.focus({ preventScroll: true });
    setKey(keyOf(clicked));
    onOpen?.(clicked);
  }

  return { key, row, onKeyDown, onClick };
}

/** Scrolls just as far as is needed to see the row. */
function reveal(viewport: HTMLElement | null, row: number, rowHeight: number): void {
  if (!viewport) return;
  const head = viewport.querySelector(".ks-grid-head")?.clientHeight ?? 0;
  const top = row * rowHeight;
  if (top < viewport.scrollTop) viewport.scrollTop = top;
  const bottom = top + rowHeight + head - viewport.clientHeight;
  if (bottom > viewport.scrollTop) viewport.scrollTop = bottom;
}
