import type { Call } from "@klingkit/spec";
import type { Account } from "../engine/account.js";
import { sourceSeconds } from "../engine/parents.js";
import { resultSeconds, usualSeconds } from "../engine/result-format.js";
import { resultId } from "../engine/result-items.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Body } from "./body.js";
import { deductionsOf } from "./deductions.js";
import type { Some } from "./parts.js";

/** What an answer is made from. */
export interface CallContext {
  readonly parts: Some<"dialect" | "accounts" | "ledger" | "tasks">;
  readonly call: Call;
  readonly task: TaskRecord;
  readonly account: Account;
  readonly body: Body;
  address(kind: "video" | "image" | "mp3", index?: number): string;
}

/** The `data` of a call's answer. A call whose answer is not on record has no row of its own and answers `{}`. */
export function callData(context: CallContext): unknown {
  return answers[context.call.name]?.(context) ?? {};
}

const answers: Readonly<Record<string, (context: CallContext) => unknown>> = {
  identifyFace: (context) => ({
    session_id: context.task.id,
    face_data: [{ face_id: "0", face_image: context.address("image"), start_time: 0, end_time: sourceMs(context) }],
  }),
  imageRecognize: ({ parts, address }) => ({
    task_result: {
      images: ["head_seg", "face_seg", "cloth_seg", "object_seg"].map((type, index) => ({
        type,
        is_contain: true,
        // Real answers of the gateway carry no address.
        ...(parts.dialect === "kling" ? { url: address("image", index) } : {}),
      })),
    },
  }),
  tts: ({ task, address }) =>
    finished(task, {
      audios: [{ id: resultId(task.id), url: address("mp3"), duration: resultSeconds(task).toFixed(1) }],
    }),
  initSelection: (context) => ({
    status: 0,
    session_id: context.task.id,
    fps: framesPerSecond,
    original_duration: sourceMs(context),
    width: 1280,
    height: 720,
    total_frame: Math.round((sourceMs(context) / 1_000) * framesPerSecond),
    normalized_video: context.address("video"),
  }),
  addSelection: (context) => selection(context),
  deleteSelection: (context) => selection(context),
  clearSelection: ({ body }) => ({ status: 0, session_id: body.session_id }),
  previewSelection: ({ body, address }) => ({
    status: 0,
    session_id: body.session_id,
    res: { video: address("video"), video_cover: address("image"), tracking_output: address("image", 1) },
  }),
  presetsVoices: ({ task, body, address }) =>
    pageOf(body, [
      finished(task, {
        voices: [
          { voice_id: "829836802793406001", voice_name: "Narrator", trial_url: address("mp3"), owned_by: "kling" },
        ],
      }),
    ]),
  advancedPresetsElements: ({ task, body }) =>
    pageOf(body, [
      finished(task, {
        elements: [
          {
            element_id: "829836802793406551",
            element_name: "hero",
            element_description: "a young knight",
            reference_type: "image_refer",
            owned_by: "kling",
            status: "succeed",
          },
        ],
      }),
    ]),
  deleteVoices: ({ task }) => ({ task_id: task.id, task_status: "succeed" }),
  deleteElements: ({ task }) => ({ task_id: task.id, task_status: "succeed" }),
  deleteAdvancedElements: ({ task }) => ({ task_id: task.id, task_status: "succeed" }),
  accountBillingPackage: ({ parts, account, body }) => deductionsOf(parts, account, body, "package"),
  accountBillingBalance: ({ parts, account, body }) => deductionsOf(parts, account, body, "balance"),
  accountCosts: ({ parts, account, body }) => {
    parts.accounts.settle(account);
    const packs = Number.isFinite(account.unitsBought) ? [resourcePack(account)] : [];
    const { resource_pack_name: wanted = "" } = body;
    const infos = packs.filter(({ resource_pack_name: name }) => wanted === "" || name === wanted);
    return { code: 0, msg: "success", resource_pack_subscribe_infos: infos };
  },
};

const framesPerSecond = 24;

/** How long the video of a request is, in milliseconds: a little more than asked for, as real ones are; 5 s where it is not known. */
function sourceMs({ parts, account, body }: CallContext): number {
  return Math.round((sourceSeconds(parts.tasks, account.name, body) ?? usualSeconds) * 1_000) + 41;
}

/** The rows of the page that is asked for; after the last one a page is empty. */
function pageOf<Row>({ pageNum = 1, pageSize = 30 }: Body, rows: readonly Row[]): readonly Row[] {
  const [page, size] = [Number(pageNum), Number(pageSize)];
  return rows.slice((page - 1) * size, page * size);
}

/** One selected object: a mask as large as the video. */
function selection({ body }: CallContext): unknown {
  const size = [720, 1280];
  const mask = { object_id: 0, rle_mask: { size, counts: "0" }, png_mask: { size, base64: "" } };
  return { status: 0, session_id: body.session_id, res: { frame_index: body.frame_index, rle_mask_list: [mask] } };
}

function finished(task: TaskRecord, result: unknown): unknown {
  const { createdAt } = task.plan;
  return {
    task_id: task.id,
    task_status: "succeed",
    task_status_msg: "",
    task_result: result,
    created_at: createdAt,
    updated_at: createdAt,
  };
}

/** How long a pack can be used, as the smallest one on record. */
const packMs = 180 * 24 * 3_600_000;

function resourcePack({ name, boughtAt, unitsLeft, unitsBought, packExpired }: Account) {
  return {
    resource_pack_name: `Simulated pack of ${name}`,
    resource_pack_id: name,
    resource_pack_type: "decreasing_total",
    total_quantity: unitsBought,
    remaining_quantity: unitsLeft,
    purchase_time: boughtAt,
    effective_time: boughtAt,
    invalid_time: boughtAt + packMs,
    status: packExpired ? "expired" : unitsLeft > 0 ? "online" : "runOut",
  };
}
