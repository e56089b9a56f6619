/** Rows beyond the visible ones, so that a quick scroll shows no gap. */
const spare = 8;

/** Which rows of a long list are worth having in the page. @returns first one, and the one after the last */
export function rowWindow(
  view: { readonly top: number; readonly height: number },
  rowHeight: number,
  count: number,
): readonly [number, number] {
  const first = Math.max(0, Math.min(count, Math.floor(view.top / rowHeight)) - spare);
  const last = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + spare);
  return [first, Math.max(first, last)];
}

/** Which row a key leads to from this one; undefined where it leads nowhere. */
export function rowAfterKey(key: string, row: number, { count, page }: { count: number; page: number }) {
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: row + 1,
    ArrowUp: row < 0 ? 0 : row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: count - 1,
  };
  const target = Object.hasOwn(targets, key) ? targets[key] : undefined;
  return target === undefined || count === 0 ? undefined : Math.min(count - 1, Math.max(0, target));
}
