import type { AssetKind } from "./addresses.js";
import type { Assets } from "./assets.js";
import { isDeleted } from "./lifecycle.js";
import { resultSeconds, watermarkOf } from "./result-format.js";
import { isSeries, pictureCount } from "./slots.js";
import type { TaskRecord } from "./task-record.js";

/** What an item is made from. */
interface ItemContext {
  readonly task: TaskRecord;
  /** Place in the list, from 0. */
  readonly index: number;
  /** An id near the task's own, as real ones are; another for each `offset`. */
  id(offset: number): string;
  address(kind: AssetKind, index: number): string;
  /** `{ watermark_url }` where the request asked for one. */
  watermark(kind: AssetKind, index: number): { readonly watermark_url?: string };
}

/** How an item of each of the contract's result components looks. A family brings its own by naming one of these. */
const items: Readonly<Record<string, (context: ItemContext) => Record<string, unknown>>> = {
  VideoResult: ({ task, index, id, address, watermark }) => ({
    id: id(index),
    url: address("video", index),
    ...watermark("video", index),
    duration: videoDuration(task),
    ...(task.operation === "multiElements" ? { session_id: task.request.session_id } : {}),
  }),
  ImageResult: ({ index, address, watermark }) => ({
    index,
    url: address("image", index),
    ...watermark("image", index),
  }),
  AudioResult: ({ task, index, id, address }) => ({
    id: id(soundDistance + index),
    url_mp3: address("mp3", index),
    url_wav: address("wav", index),
    duration_mp3: resultSeconds(task).toFixed(1),
    duration_wav: resultSeconds(task).toFixed(1),
  }),
  VoiceResult: ({ task, index, id, address }) => ({
    voice_id: id(index),
    voice_name: task.request.voice_name ?? "voice",
    trial_url: address("mp3", index),
    owned_by: task.account,
  }),
  ElementResult: ({ task, index, id, address }) => ({
    element_id: id(index),
    element_name: task.request.element_name ?? "element",
    element_description: task.request.element_description ?? "",
    reference_type: task.request.reference_type ?? "image_refer",
    ...elementLists(task, address),
    owned_by: task.account,
    status: isDeleted(task.plan) ? "deleted" : "succeed",
  }),
  MultiShotImage: ({ index, address }) => ({
    index,
    url_1: address("image", index * 3),
    url_2: address("image", index * 3 + 1),
    url_3: address("image", index * 3 + 2),
  }),
};

/**
 * The id of a sound is that much higher than that of a video: ten milliseconds of an id, so that it is no other task's whose
 * running number is higher.
 */
const soundDistance = 10 * 2 ** 22;

/** What shows the element, by addresses of the provider's own, and its tags. */
function elementLists({ request }: TaskRecord, address: ItemContext["address"]): Record<string, unknown> {
  const { element_image_list: pictures, reference_type, tag_list } = request;
  const { refer_images: views } = Object(pictures) as { readonly refer_images?: unknown };
  const refer_images = (Array.isArray(views) ? views : []).map((_, index) => ({
    image_url: address("image", index + 1),
  }));
  const shown =
    reference_type === "video_refer"
      ? { element_video_list: { refer_videos: [{ video_url: address("video", 0) }] } }
      : { element_image_list: { frontal_image: address("image", 0), refer_images } };
  return { ...shown, ...(tag_list ? { tag_list } : {}) };
}

/** Real answers say "5.1" for a job of five seconds. */
function videoDuration(task: TaskRecord): string {
  const seconds = resultSeconds(task);
  return Number.isInteger(seconds) ? `${seconds}.1` : String(seconds);
}

/** The list under one key of a finished task's result, `videos` for instance. */
export function resultItems(
  assets: Assets,
  task: TaskRecord,
  key: string,
  component: string,
  endedAt: number,
  origin: string,
): readonly unknown[] {
  const item = items[component];
  if (!item) return [];
  const watermarked = watermarkOf(task)?.enabled === true;
  const address = (kind: AssetKind, index: number, watermark = false) =>
    assets.address(task, { kind, index, watermark }, endedAt, origin);
  return Array.from({ length: countOf(task, key, component) }, (_, index) =>
    item({
      task,
      index,
      id: (offset) => resultId(task.id, offset),
      address,
      watermark: (kind, place) => (watermarked ? { watermark_url: address(kind, place, true) } : {}),
    }),
  );
}

/** The id of a result is about this much higher than its task's. */
const resultDistance = 200_000_000n;

/** Bits that are turned over, so that the distance varies as real ones do. No two tasks' results have the same id. */
const resultBits = 0x1a35n;

/** The id of a task's result. @param offset another id for each */
export function resultId(taskId: string, offset = 0): string {
  return String((BigInt(taskId) ^ resultBits) + resultDistance + BigInt(offset));
}

/** The task whose first result, a video or an element, has this id. */
export function taskOfResult(
  resultId: string,
  tasks: { byId(id: string): TaskRecord | undefined },
): TaskRecord | undefined {
  const turned = /^[1-9]\d{0,21}$/.test(resultId) ? BigInt(resultId) - resultDistance : -1n;
  return turned < 0n ? undefined : tasks.byId(String(turned ^ resultBits));
}

/** Pictures that a result has at most. */
const mostPictures = 10;

/** How many items: single pictures or a series, as many as were asked for; three shots; one of anything else. */
function countOf(task: TaskRecord, key: string, component: string): number {
  if (component === "MultiShotImage") return 3;
  if (component !== "ImageResult") return 1;
  if (isSeries(task) !== (key === "series_images")) return 0;
  return Math.min(mostPictures, pictureCount(task));
}
