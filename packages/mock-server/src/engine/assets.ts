import type { MockClock } from "../clock.js";
import type { Renderer } from "../media/renderer.js";
import { createRandom } from "../random.js";
import { statusAt } from "./lifecycle.js";
import type { PictureStore } from "./pictures.js";
import type { TaskRecord, TaskStore } from "./tasks.js";

/** Results are deleted 30 days after the task ended. */
const retentionMs = 30 * 24 * 3_600_000;
const resultPath =
  /^\/bs2\/upload-ylab-stunt-sgp\/muse\/\d+\/VIDEO\/\d{8}\/([0-9a-f]{16})([0-9a-f]{16})-[0-9a-f-]{36}\.mp4$/;

export interface AssetOptions {
  readonly renderer: Renderer;
  /** Longest side of rendered videos in pixels, by the request's mode. */
  longSide(mode: string): number;
  /** Start of result addresses instead of the request's own origin. */
  readonly publicUrl: string | undefined;
}

/** What became of a request for a result. */
export type AssetAnswer =
  | { readonly status: 403 | 404 }
  | { readonly status: 200; readonly tag: string; bytes(): Promise<Uint8Array> };

/** Results of tasks: their addresses, in the provider's own anatomy, and their bytes. */
export class Assets {
  readonly #options: AssetOptions;
  readonly #clock: MockClock;
  readonly #tasks: TaskStore;
  readonly #pictures: PictureStore;

  constructor(options: AssetOptions, clock: MockClock, tasks: TaskStore, pictures: PictureStore) {
    this.#options = options;
    this.#clock = clock;
    this.#tasks = tasks;
    this.#pictures = pictures;
  }

  /** The items of one kind of a finished task's result. */
  items(kind: string, task: TaskRecord, endedAt: number, origin: string): readonly unknown[] {
    if (kind !== "videos") return [];
    const watermark = task.request.watermark_info as { readonly enabled?: unknown } | undefined;
    return [
      {
        id: String(BigInt(task.id) + 200_000_000n),
        url: this.#address(task, endedAt, origin, false),
        ...(watermark?.enabled === true ? { watermark_url: this.#address(task, endedAt, origin, true) } : {}),
        // Real answers say "5.1" for a job of five seconds.
        duration: `${durationSeconds(task)}.1`,
      },
    ];
  }

  /** Finds the result behind an address; undefined where the path is not that of a result. */
  find(path: string, query: URLSearchParams): AssetAnswer | undefined {
    const match = resultPath.exec(path);
    if (!match) return undefined;
    const task = this.#tasks.byId(BigInt(`0x${match[1]}`).toString());
    if (!task) return { status: 404 };
    const watermark = match[2] === secrets(task.id).watermarked;
    const expiresAt = Number.parseInt(query.get("ksTime") ?? "", 16) * 1000;
    const genuine = query.get("ksSecret") === secrets(task.id).signature && expiresAt === expiry(task);
    if (!genuine || this.#clock.now() > expiresAt) return { status: 403 };
    return { status: 200, tag: `"${match[1]}${match[2]}"`, bytes: () => this.#render(task, watermark) };
  }

  #address(task: TaskRecord, endedAt: number, origin: string, watermark: boolean): string {
    const { plain, watermarked, uuid, signature, cacheKey } = secrets(task.id);
    const day = new Date(endedAt).toISOString().slice(0, 10).replaceAll("-", "");
    const file = `${BigInt(task.id).toString(16).padStart(16, "0")}${watermark ? watermarked : plain}-${uuid}.mp4`;
    const query = `cacheKey=${cacheKey}&x-kcdn-pid=112781&ksSecret=${signature}&ksTime=${(expiry(task) / 1000).toString(16)}`;
    return `${this.#options.publicUrl ?? origin}/bs2/upload-ylab-stunt-sgp/muse/1/VIDEO/${day}/${file}?${query}`;
  }

  #render(task: TaskRecord, watermark: boolean): Promise<Uint8Array> {
    const image = task.picture === undefined ? undefined : this.#pictures.get(task.picture);
    return this.#options.renderer.render({
      ...(image ? { image } : {}),
      seed: task.id,
      durationSeconds: durationSeconds(task),
      longSide: this.#options.longSide(String(task.request.mode ?? "std")),
      framesPerSecond: 24,
      watermark,
    });
  }
}

/** The address's expiry: whole seconds, 30 days after the task ended. */
function expiry(task: TaskRecord): number {
  const { updatedAt } = statusAt(task.plan, task.plan.endsAt);
  return Math.floor((updatedAt + retentionMs) / 1000) * 1000;
}

function durationSeconds(task: TaskRecord): number {
  const seconds = Number(task.request.duration);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : 5;
}

/** The parts of an address that only the simulator knows: drawn from the task id, so they need no store. */
function secrets(taskId: string) {
  const random = createRandom(Number(BigInt.asUintN(32, BigInt(taskId) ^ (BigInt(taskId) >> 32n))));
  return {
    plain: random.hex(16),
    watermarked: random.hex(16),
    uuid: random.uuid(),
    signature: random.hex(32),
    cacheKey: random.hex(16),
  };
}
