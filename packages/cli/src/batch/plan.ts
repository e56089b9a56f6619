import path from "node:path";
import { type Plan, planBatch } from "@klingkit/batch";
import { type ConnectionOptions, connect } from "../connection.js";
import type { Io } from "../io.js";
import { printResult } from "../report.js";
import { type ManifestFlags, nameOf, rowsOf } from "./manifest.js";

export interface PlanFlags extends ManifestFlags, Omit<ConnectionOptions, "dialect"> {
  readonly json?: boolean;
}

/** `klingkit batch plan`: nothing is sent, and nothing is written but the hashes of pictures. */
export async function plan(source: string, flags: PlanFlags, io: Io): Promise<void> {
  const { client } = await connect({ ...flags, keyless: true }, io);
  const rows = await rowsOf(source, flags, client.dialect, io);
  const name = nameOf(source, flags, io);
  const { cap, out } = flags;
  const planned = await planBatch(rows, {
    name,
    cap,
    out: out === undefined ? undefined : path.resolve(io.cwd, out),
  });
  await printResult(io, flags.json, { name, ...planned }, describePlan(planned));
}

/** The plan in lines. */
export function describePlan({
  rows,
  finished,
  underWay,
  failed,
  toPay,
  edited,
  units,
  usd,
  unpriced,
  seconds,
}: Plan): string[] {
  const lines = [`rows       ${rows}`];
  if (finished > 0) lines.push(`finished   ${finished} (skipped)`);
  if (underWay > 0) lines.push(`under way  ${underWay} (paid for already)`);
  if (failed > 0) lines.push(`failed     ${failed} (not sent again unless edited)`);
  lines.push(`to pay     ${toPay}`);
  if (edited.length > 0)
    lines.push(
      `edited     ${edited.length}, paid for again: ${edited.slice(0, 5).join(", ")}${edited.length > 5 ? ", …" : ""}`,
    );
  lines.push(
    `price      ${units} units, $${usd.toFixed(2)}${unpriced > 0 ? `, and ${unpriced} rows whose price is not on record` : ""}`,
  );
  lines.push(
    `time       ${seconds === undefined ? "give --cap, the tasks at a time that your account allows" : `about ${duration(seconds)}`}`,
  );
  return lines;
}

/** Hours and minutes, minutes and seconds, or seconds. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 90) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
