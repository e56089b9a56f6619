import { readAddress } from "./addresses.js";
import type { Assets } from "./assets.js";
import { statusAt } from "./lifecycle.js";
import { editedVideo, resultSeconds, settingsOf } from "./result-format.js";
import { resultItems, taskOfResult } from "./result-items.js";
import type { TaskRecord } from "./task-record.js";
import type { MockTasks } from "./tasks.js";

type Tasks = Pick<MockTasks, "byId">;
type Request = TaskRecord["request"];
/** A request that goes on from a video. */
type Asked = Pick<TaskRecord, "account" | "operation" | "request">;

/** The task that made the video which a request names, if it is one of the account's. The request may not be checked yet. */
function makerOf(tasks: Tasks, account: string, { video_id, video_url, task_id }: Request): TaskRecord | undefined {
  const ofAddress = () => (isText(video_url) ? taskOfAddress(video_url, tasks) : undefined);
  const ofVideo = () => (isText(video_id) ? taskOfResult(video_id, tasks) : ofAddress());
  const task = isText(task_id) ? tasks.byId(task_id) : ofVideo();
  return task?.account === account ? task : undefined;
}

/** The task whose video an address leads to, if the address is one that was made here. */
function taskOfAddress(address: string, tasks: Tasks): TaskRecord | undefined {
  const found = URL.canParse(address) ? readAddress(new URL(address).pathname) : undefined;
  return found?.name.kind === "video" ? tasks.byId(found.taskId) : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** More than any video is continued: each time adds at least four seconds. */
const mostExtensions = 100;

/**
 * The task that made the beginning of the video which a video-extend continues: extensions inherit its model and mode.
 * Undefined where it is not known.
 */
export function firstMakerOf(tasks: Tasks, account: string, request: Request): TaskRecord | undefined {
  let task = makerOf(tasks, account, request);
  for (let count = 0; task?.operation === "videoExtend" && count < mostExtensions; count += 1)
    task = makerOf(tasks, account, task.request);
  return task?.operation === "videoExtend" ? undefined : task;
}

/** An extension adds four to five seconds. */
const extensionSeconds = 5;

/** How long the video is that a request names, in seconds; undefined for one that was not made here. */
export function sourceSeconds(tasks: Tasks, account: string, request: Request): number | undefined {
  const maker = makerOf(tasks, account, request);
  return maker && resultSeconds(maker);
}

/** How long a result is, in seconds, where a video that was made here decides it; undefined elsewhere. */
export function secondsByParent(tasks: Tasks, asked: Asked): number | undefined {
  const request = requestWithVideo(tasks, asked) ?? followedVideo(asked);
  const seconds = request && sourceSeconds(tasks, asked.account, request);
  if (seconds === undefined) return undefined;
  return seconds + (asked.operation === "videoExtend" ? extensionSeconds : 0);
}

/** What answers about a task tell of the video that it goes on from. */
export interface ParentVideo {
  readonly id?: unknown;
  readonly url?: unknown;
  readonly duration?: unknown;
}

/**
 * The video that a task goes on from: with address and length if it was made here, otherwise as the request named it.
 * Undefined for operations that go on from none.
 * @param origin start of the address
 */
export function parentVideoOf(
  { tasks, assets }: { readonly tasks: Tasks; readonly assets: Assets },
  task: TaskRecord,
  origin: string,
): ParentVideo | undefined {
  const request = requestWithVideo(tasks, task);
  if (!request) return undefined;
  const maker = makerOf(tasks, task.account, request);
  const state = maker && statusAt(maker.plan, task.plan.createdAt);
  if (maker && state?.outcome === "succeed") {
    const [video] = resultItems(assets, maker, "videos", "VideoResult", state.updatedAt, origin);
    const { id, url, duration } = video as ParentVideo;
    return { id, url, duration };
  }
  const { video_id: id, video_url: url } = request;
  if (isText(id)) return { id };
  return isText(url) ? { url } : undefined;
}

/** The part of a request that names a video which the result is as long as, without going on from it: an edit's or a movement's. */
function followedVideo({ operation, request }: Asked): Request | undefined {
  if (operation === "motionControl") return request;
  return operation === "omniVideo" ? editedVideo(request) : undefined;
}

/** The part of a request that names the video: its own, or that of the call which opened its session. Undefined for other operations. */
function requestWithVideo(tasks: Tasks, { account, operation, request }: Asked): Request | undefined {
  if (operation === "videoExtend" || operation === "videoToAudio") return request;
  if (operation === "lipSync") return settingsOf(operation, request);
  if (operation !== "advancedLipSync") return undefined;
  const session = isText(request.session_id) ? tasks.byId(request.session_id) : undefined;
  return session?.operation === "identifyFace" && session.account === account ? session.request : undefined;
}
