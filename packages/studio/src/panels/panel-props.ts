import type { StudioStore } from "../store/studio-store.js";

/** What every panel needs: the simulator it is about. */
export interface PanelProps {
  readonly studio: StudioStore;
}
