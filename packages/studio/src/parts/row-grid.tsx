import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { rowWindow } from "./row-window.js";
import { useActiveRow } from "./use-active-row.js";
import { useMedia } from "./use-media.js";
import { useRowView } from "./use-row-view.js";

export interface Column<Row> {
  readonly title: string;
  /** A track of CSS grid: `8rem`, `minmax(10rem, 1fr)`. */
  readonly width: string;
  /** Left out where there is little room; on a phone a row then has two lines of two cells. */
  readonly isExtra?: boolean;
  readonly isFigure?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

interface RowGridProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Key of the row that is open beside the grid. */
  readonly openKey?: string | undefined;
  readonly onOpen?: (row: Row) => void;
  readonly isAlarming?: (row: Row) => boolean;
  /** What stands there instead of rows. */
  readonly empty: ComponentChildren;
}

/** Pixels; on a phone a row has two lines. */
const rowHeights = { wide: 36, narrow: 60 };

/** A table of any length, of which only the visible rows are in the page. Arrow keys move through it, Enter opens a row. */
export function RowGrid<Row>(props: RowGridProps<Row>) {
  const { columns, rows, keyOf, onOpen } = props;
  const id = useId();
  const viewport = useRef<HTMLDivElement>(null);
  const rowHeight = useMedia("(max-width: 700px)") ? rowHeights.narrow : rowHeights.wide;
  const view = useRowView(viewport, { rows, keyOf, rowHeight });
  const [first, last] = rowWindow(view, rowHeight, rows.length);
  const active = useActiveRow(viewport, { rows, keyOf, rowHeight, onOpen });

  return (
    <div class="ks-grid-frame">
      {/* biome-ignore lint/a11y/useSemanticElements: a table element can't have rows placed by their number */}
      <div
        ref={viewport}
        class="ks-grid"
        role="grid"
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={active.row >= first && active.row < last ? `${id}-${active.row}` : undefined}
        tabIndex={0}
        onKeyDown={active.onKeyDown}
        style={`--ks-columns: ${tracks(columns)}; --ks-few-columns: ${tracks(columns.filter(({ isExtra }) => !isExtra))}; --ks-row: ${rowHeight}px`}
      >
        <HeaderRow columns={columns} />
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="rowgroup" class="ks-rows" style={{ height: `${rows.length * rowHeight}px` }}>
          {rows.slice(first, last).map((row, index) => {
            const key = keyOf(row);
            const place = { id: `${id}-${first + index}`, index: first + index, rowHeight };
            const look = classesOf({ active: key === active.key, alarm: props.isAlarming?.(row) });
            const onClick = () => active.onClick(row);
            return <GridRow key={key} {...{ columns, row, place, look, onClick }} isOpen={key === props.openKey} />;
          })}
        </div>
      </div>
      {rows.length === 0 && <div class="ks-empty">{props.empty}</div>}
    </div>
  );
}

function HeaderRow<Row>({ columns }: { readonly columns: readonly Column<Row>[] }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    <div role="rowgroup" class="ks-grid-head">
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="row" class="ks-row" aria-rowindex={1} tabIndex={-1}>
        {columns.map(({ title, isExtra, isFigure }) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div
            key={title}
            role="columnheader"
            tabIndex={-1}
            class={classesOf({ cell: true, extra: isExtra, figure: isFigure })}
          >
            {title}
          </div>
        ))}
      </div>
    </div>
  );
}

interface GridRowProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly row: Row;
  readonly place: { readonly id: string; readonly index: number; readonly rowHeight: number };
  readonly look: string;
  readonly isOpen: boolean;
  readonly onClick: () => void;
}

function GridRow<Row>({ columns, row, place, look, isOpen, onClick }: GridRowProps<Row>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the focus and takes the keys
    <div
      role="row"
      id={place.id}
      class={`ks-row ${look}`}
      aria-rowindex={place.index + 2}
      aria-selected={isOpen}
      tabIndex={-1}
      onClick={onClick}
      style={{ transform: `translateY(${place.index * place.rowHeight}px)` }}
    >
      {columns.map(({ title, isExtra, isFigure, cell }) => (
        // biome-ignore lint/a11y/useSemanticElements: as above
        <div
          key={title}
          role="gridcell"
          tabIndex={-1}
          class={classesOf({ cell: true, extra: isExtra, figure: isFigure })}
        >
          {cell(row)}
        </div>
      ))}
    </div>
  );
}

function tracks(columns: readonly { readonly width: string }[]): string {
  return columns.map(({ width }) => width).join(" ");
}

/** `ks-` names of what holds. */
function classesOf(traits: Readonly<Record<string, boolean | undefined>>): string {
  return Object.entries(traits)
    .flatMap(([name, holds]) => (holds ? `ks-${name}` : []))
    .join(" ");
}
