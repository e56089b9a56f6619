import type { Renderer } from "../media/renderer.js";
import { silentMp3, toneWav } from "../media/sound.js";
import { type AssetKind, type AssetName, addressOf, isExpired, isGenuine, readAddress } from "./addresses.js";
import type { MockClock } from "./clock.js";
import { contentKey } from "./content-key.js";
import { statusAt } from "./lifecycle.js";
import type { PictureStore } from "./pictures.js";
import { resultMode, resultRatio, resultSeconds } from "./result-format.js";
import type { TaskRecord } from "./task-record.js";
import type { MockTasks } from "./tasks.js";

export interface AssetOptions {
  readonly renderer: Renderer;
  /** Longest side of rendered videos in pixels, by the request's mode. */
  longSide(mode: string): number;
  /** Start of result addresses instead of the request's own origin. */
  readonly publicUrl: string | undefined;
}

/** What became of a request for a result. */
export type AssetAnswer =
  | { readonly status: 403 | 404; readonly task?: TaskRecord }
  | {
      readonly status: 200;
      readonly task: TaskRecord;
      readonly type: string;
      readonly tag: string;
      /** When the task ended, in Unix milliseconds. */
      readonly modifiedAt: number;
      bytes(): Promise<Uint8Array>;
    };

const types: Readonly<Record<AssetKind, string>> = {
  video: "video/mp4",
  image: "image/png",
  mp3: "audio/mpeg",
  wav: "audio/wav",
};

/** The files behind results' addresses, made when they are first asked for. */
export class Assets {
  readonly #options: AssetOptions;
  readonly #clock: MockClock;
  readonly #tasks: MockTasks;
  readonly #pictures: PictureStore;

  constructor(options: AssetOptions, clock: MockClock, tasks: MockTasks, pictures: PictureStore) {
    this.#options = options;
    this.#clock = clock;
    this.#tasks = tasks;
    this.#pictures = pictures;
  }

  /** Where a file of a finished task lies. */
  address(task: TaskRecord, name: AssetName, endedAt: number, origin: string): string {
    return `${this.#options.publicUrl ?? origin}${addressOf(task, name, endedAt)}`;
  }

  /** Finds the file behind an address; undefined where the path is not that of a result. */
  find(path: string, query: URLSearchParams): AssetAnswer | undefined {
    const address = readAddress(path);
    if (!address) return undefined;
    const { taskId, name, mark } = address;
    const task = this.#tasks.byId(taskId);
    if (!task) return { status: 404 };
    const { updatedAt } = statusAt(task.plan, task.plan.endsAt);
    if (!isGenuine(task, name, mark, query, updatedAt) || isExpired(task, this.#clock.now()))
      return { status: 403, task };
    const { files } = task.plan;
    if (files && this.#clock.now() < updatedAt + (files.forMs ?? Number.POSITIVE_INFINITY))
      return { status: files.status, task };
    const [type, tag] = [types[name.kind], `"${mark}"`];
    return { status: 200, task, type, tag, modifiedAt: updatedAt, bytes: () => this.#make(task, name) };
  }

  #make(task: TaskRecord, { kind, index, watermark }: AssetName): Promise<Uint8Array> {
    const seconds = resultSeconds(task);
    if (kind === "mp3") return Promise.resolve(silentMp3(seconds));
    if (kind === "wav") return Promise.resolve(toneWav(seconds));
    const image = task.picture === undefined ? undefined : this.#pictures.get(task.picture);
    const common = {
      ...(image ? { image } : { aspectRatio: resultRatio(task) }),
      seed: `${contentOf(task)}-${index}`,
      longSide: this.#options.longSide(resultMode(task)),
      watermark,
    };
    if (kind === "image") return this.#options.renderer.renderPicture(common);
    return this.#options.renderer.render({ ...common, durationSeconds: seconds, framesPerSecond: 24 });
  }
}

/** Equal for equal requests, so that their files are made once. The own id and the callback address do not count. */
function contentOf({ operation, request }: TaskRecord): string {
  const { external_task_id: _id, callback_url: _url, ...content } = request;
  return contentKey(JSON.stringify([operation, content]));
}
