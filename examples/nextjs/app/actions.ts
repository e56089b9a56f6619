"use server";

import { KlingkitError } from "@klingkit/core";
import { kling } from "../lib/kling.js";

export interface Started {
  readonly id?: string;
  readonly problem?: string;
}

/** Starts a video from a form with a picture. `order` is a hidden field: pressing the button twice makes one video. */
export async function animate(_previous: Started, form: FormData): Promise<Started> {
  const [picture, order] = [form.get("picture"), form.get("order")];
  if (!(picture instanceof Blob)) return { problem: "Choose a picture." };
  try {
    const body = { model_name: "kling-v2-6", image: picture, external_task_id: `order-${order}` };
    const task = await kling().image2video.submit(body);
    return { id: task.task_id };
  } catch (error) {
    if (KlingkitError.isInstance(error)) return { problem: error.message };
    throw error;
  }
}
