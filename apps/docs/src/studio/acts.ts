import type { PanelId } from "@klingkit/studio";
import { hearCallbacks } from "./acts/callback.js";
import { loseAnswer } from "./acts/lost-answer.js";
import { loopNaively } from "./acts/naive-loop.js";
import { succeed } from "./acts/succeed.js";
import type { Scene } from "./scene.js";

/** Something a button makes happen. */
export interface Act {
  readonly title: string;
  /** The panel in which it is seen best. */
  readonly panel: PanelId;
  run(scene: Scene): Promise<void>;
}

export const acts: readonly Act[] = [
  { title: "A task that succeeds", panel: "tasks", run: succeed },
  { title: "A lost answer", panel: "ledger", run: loseAnswer },
  { title: "A lost answer in a naive retry loop", panel: "ledger", run: loopNaively },
  { title: "A task with webhooks", panel: "callbacks", run: hearCallbacks },
];
