import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface RowsInView<Row> {
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly rowHeight: number;
}

/** What of a scrolling list is visible, in pixels. Rows that come in above push nothing away from under the reader. */
export function useRowView<Row>(viewport: RefObject<HTMLElement>, { rows, keyOf, rowHeight }: RowsInView<Row>) {
  const [view, setView] = useState({ top: 0, height: 600 });
  /** The first visible row and how much of it is hidden. */
  const anchor = useRef<{ readonly key: string; readonly hidden: number } | undefined>(undefined);

  function look() {
    const element = viewport.current;
    if (!element) return;
    const { scrollTop: top, clientHeight: height } = element;
    const row = rows[Math.floor(top / rowHeight)];
    anchor.current = row === undefined || top === 0 ? undefined : { key: keyOf(row), hidden: top % rowHeight };
    setView((before) => (before.top === top && before.height === height ? before : { top, height }));
  }

  useLayoutEffect(() => {
    const kept = anchor.current;
    const index = kept === undefined ? -1 : rows.findIndex((row) => keyOf(row) === kept.key);
    if (kept && viewport.current && index >= 0) viewport.current.scrollTop = index * rowHeight + kept.hidden;
    look();
  }, [rows, rowHeight]);

  useEffect(() => {
    const element = viewport.current;
    if (!element) return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  });

  return view;
}
