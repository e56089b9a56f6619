import { retentionMs } from "@klingkit/spec/client";
import { formatExpiry, readExpiry } from "@klingkit/spec/result-address";
import { seededRandom } from "../media/seeded-random.js";
import { hexDigits, uuidOf } from "./hex.js";
import { statusAt } from "./lifecycle.js";
import type { TaskRecord } from "./task-record.js";

/** What can lie behind an address. */
export type AssetKind = "video" | "image" | "mp3" | "wav";

/** One file of a task's results. */
export interface AssetName {
  readonly kind: AssetKind;
  /** Place among the task's files of that kind, 0 to 255. */
  readonly index: number;
  readonly watermark: boolean;
}

const kinds: readonly AssetKind[] = ["video", "image", "mp3", "wav"];
const folders: Readonly<Record<AssetKind, string>> = { video: "VIDEO", image: "IMAGE", mp3: "AUDIO", wav: "AUDIO" };
const extensions: Readonly<Record<AssetKind, string>> = { video: "mp4", image: "png", mp3: "mp3", wav: "wav" };

/** Paths of results start with this. */
export const resultPrefix = "/bs2/";

const anatomy =
  /^\/bs2\/upload-ylab-stunt-sgp\/muse\/1\/[A-Z]+\/\d{8}\/([0-9a-f]{16,18})([0-9a-f]{4})([0-9a-f]{12})-[0-9a-f-]{36}\.\w+$/;

/** Path and query of a result, in the provider's own anatomy: a signature, and `ksTime`, the expiry in hexadecimal seconds. */
export function addressOf(task: TaskRecord, name: AssetName, endedAt: number): string {
  const { uuid, signature, cacheKey, mark } = secretsOf(task.id, name);
  const day = new Date(endedAt).toISOString().slice(0, 10).replaceAll("-", "");
  const file = `${BigInt(task.id).toString(16).padStart(16, "0")}${nameCode(name)}${mark}-${uuid}.${extensions[name.kind]}`;
  const query = `cacheKey=${cacheKey}&x-kcdn-pid=112781&ksSecret=${signature}&${formatExpiry(expiryOf(endedAt))}`;
  return `/bs2/upload-ylab-stunt-sgp/muse/1/${folders[name.kind]}/${day}/${file}?${query}`;
}

/** Finds the task and the file that a path names. Undefined for a path that is not a result's. */
export function readAddress(
  path: string,
): { readonly taskId: string; readonly name: AssetName; readonly mark: string } | undefined {
  const [, id, code, mark] = anatomy.exec(path) ?? [];
  if (id === undefined || code === undefined || mark === undefined) return undefined;
  const number = Number.parseInt(code, 16);
  const kind = kinds[(number >> 9) & 0x7f];
  if (kind === undefined) return undefined;
  return {
    taskId: BigInt(`0x${id}`).toString(),
    name: { kind, index: number & 0xff, watermark: (number & 0x100) !== 0 },
    mark,
  };
}

/** Whether mark, signature and expiry are those the simulator gave out. */
export function isGenuine(
  task: TaskRecord,
  name: AssetName,
  mark: string,
  query: URLSearchParams,
  endedAt: number,
): boolean {
  const secrets = secretsOf(task.id, name);
  return (
    mark === secrets.mark && query.get("ksSecret") === secrets.signature && readExpiry(query) === expiryOf(endedAt)
  );
}

/** When the address stops working: whole seconds, 30 days after the task ended. */
function expiryOf(endedAt: number): number {
  return Math.floor((endedAt + retentionMs) / 1000) * 1000;
}

/** Whether a task and its results are no longer kept. */
export function isExpired({ plan }: TaskRecord, now: number): boolean {
  return now > expiryOf(statusAt(plan, plan.endsAt).updatedAt);
}

/** Kind, watermark and index in four hexadecimal digits. */
function nameCode({ kind, index, watermark }: AssetName): string {
  return ((kinds.indexOf(kind) << 9) | (watermark ? 0x100 : 0) | index).toString(16).padStart(4, "0");
}

/**
 * The parts of an address that only the simulator knows: drawn from the file's name, so they need no store. Every answer
 * about a finished task draws them again, so the generator is a small one.
 */
function secretsOf(taskId: string, name: AssetName) {
  const random = seededRandom(`${taskId} ${nameCode(name)}`);
  const digits = hexDigits(random, 90);
  return {
    uuid: uuidOf(digits),
    mark: digits.slice(30, 42),
    signature: digits.slice(42, 74),
    cacheKey: digits.slice(74),
  };
}
