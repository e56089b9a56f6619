import { useState } from "preact/hooks";
import type { StudioStore } from "../store/studio-store.js";

/** What every panel needs: the simulator it is about. */
export interface PanelProps {
  readonly studio: StudioStore;
}

/** Which row of a panel is open. A panel without these keeps it to itself. */
export interface OpenRow {
  /** Its key; undefined where none is open. */
  readonly row?: string | undefined;
  readonly onRow?: ((row: string | undefined) => void) | undefined;
}

export function useOpenRow({ row, onRow }: OpenRow) {
  const [own, setOwn] = useState<string>();
  return onRow ? ([row, onRow] as const) : ([own, setOwn] as const);
}
