import type { BatchEvent } from "@klingkit/batch";
import type { Io } from "../io.js";
import { isUnicode } from "../locale.js";
import { canRedraw } from "../report.js";
import { fit } from "../strip.js";
import { duration } from "./plan.js";

/** Shows how a batch goes. */
export interface Board {
  /** Leaves the terminal to something else meanwhile. */
  hold<Result>(work: () => Promise<Result>): Promise<Result>;
  see(event: BatchEvent): void;
  end(): void;
}

const silent: Board = { see() {}, end() {}, hold: (work) => work() };

/** A table on a terminal, drawn twice a second: what is done, how fast, what it cost, what is left. Silent anywhere else. */
export function createBoard(io: Io, rows: number): Board {
  if (!canRedraw(io)) return silent;
  const started = Date.now();
  const states = new Map<string, number>();
  const running = new Set<string>();
  let usd = 0;
  const count = (...names: readonly string[]) => names.reduce((sum, name) => sum + (states.get(name) ?? 0), 0);
  const lines = () => {
    const made = count("done");
    const ended = made + count("skipped", "failed", "unknown", "open", "not-started");
    const minutes = (Date.now() - started) / 60_000;
    const rate = minutes > 0 ? made / minutes : 0;
    const left = rate > 0 ? duration(((rows - ended) / rate) * 60) : "unknown";
    const [done, fails, runs] = isUnicode(io) ? ["●", "✕", "◐"] : ["+", "x", "*"];
    return [
      `${done} done     ${made + count("skipped")} of ${rows}${count("skipped") > 0 ? ` (${count("skipped")} were there)` : ""}`,
      `${runs} running  ${running.size}`,
      `${fails} failed   ${count("failed")}${count("unknown") > 0 ? `, unknown ${count("unknown")}` : ""}`,
      `  rate     ${rate.toFixed(1)} a minute · $${usd.toFixed(2)} · ${left} left`,
    ];
  };
  const fitted = () => lines().map((line) => fit(line, io.stderr.columns));
  let isHeld = false;
  const timer = setInterval(() => {
    if (!isHeld) io.live.draw(fitted());
  }, 500);
  return {
    see(event) {
      if (event.type === "row-status") running.add(event.row.id);
      if (event.type !== "row-ended") return;
      const { row, state, usd: cost } = event.result;
      running.delete(row.id);
      states.set(state, (states.get(state) ?? 0) + 1);
      usd += cost;
    },
    async hold(work) {
      isHeld = true;
      io.live.clear();
      try {
        return await work();
      } finally {
        isHeld = false;
      }
    },
    end() {
      clearInterval(timer);
      io.live.keep(fitted());
    },
  };
}
