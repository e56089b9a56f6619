import { inspect } from "node:util";
import type { KlingkitError } from "@klingkit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cost, mostGrowth, noise } from "../../../tests/support/growth.js";
import { answer, envelope, failure, finish, picture, standing, task, taskId, world } from "./helpers.js";

/** Colours, a bell, a line that pretends to be another, and a turn of the direction of writing. */
const nasty = "\u001b[31mred\u001b[0m\u0007\r\nINFO paid\u202egnp.exe\u2066\u200f\u2028end\u0000";
const unwanted = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const steps = (text: string) => ({
  "Kling's refusal": [answer(400, { code: 1201, message: text, request_id: text })],
  "the gateway's refusal": [answer(400, { error: { message: text, code: text, type: "x" } })],
  "the task store's refusal": [answer(400, { code: `x${text}`, message: text, data: null })],
  "a failed task": [standing("failed", { task_status_msg: text })],
  "a status nobody knows": [standing(`going ${text}`)],
});

describe("what a provider says could steer a terminal, forge a line of a log, or fill it", () => {
  it.each(Object.keys(steps("")) as (keyof ReturnType<typeof steps>)[])(
    "%s: errors and events are plain",
    async (kind) => {
      const { client, clock, events } = world(steps(nasty)[kind]);
      const error = (await failure(clock, client.image2video.wait(taskId, { timeoutMs: 30_000 }))) as KlingkitError;
      for (const text of [error.message, error.requestId ?? "", String(error.providerCode ?? ""), ...statuses(events)])
        expect(text).not.toMatch(unwanted);
      expect(error.message).toMatch(/red INFO paid gnp\.exe end/);
    },
  );

  it.each(Object.keys(steps("")) as (keyof ReturnType<typeof steps>)[])(
    "%s: errors and events are bounded",
    async (kind) => {
      const { client, clock, events } = world(steps("long ".repeat(200_000))[kind]);
      const error = (await failure(clock, client.image2video.wait(taskId, { timeoutMs: 30_000 }))) as KlingkitError;
      expect(error.message.length).toBeLessThan(700);
      expect(JSON.stringify(error).length).toBeLessThan(1_500);
      for (const status of statuses(events)) expect(status.length).toBeLessThanOrEqual(100);
    },
  );

  it("any text comes out as one plain line, and ordinary ones as they are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 600 }), async (text) => {
        const { client, clock } = world([answer(400, { code: 1201, message: text })]);
        const { message } = (await failure(clock, client.image2video.get(taskId))) as KlingkitError;
        expect(message).not.toMatch(unwanted);
        expect(message.length).toBeLessThan(700);
      }),
      { numRuns: 25 },
    );
    const { client, clock } = world([answer(400, { code: 1201, message: "Größe: 猫 😀 zu groß" })]);
    expect(await failure(clock, client.image2video.get(taskId))).toHaveProperty(
      "message",
      expect.stringContaining("Größe: 猫 😀 zu groß."),
    );
  });
});

describe("a refusal with the start of a request id again and again", () => {
  it("is read in time linear in its length", async () => {
    const timeOf = (length: number) => {
      const step = answer(400, { error: { message: "(request id: ".repeat(length / 13), code: "" } });
      return cost(async () => {
        const { client, clock } = world([step]);
        expect(await failure(clock, client.image2video.get(taskId))).toHaveProperty("requestId", undefined);
      }, 3);
    };
    const little = await timeOf(10_000);
    expect(await timeOf(100_000)).toBeLessThanOrEqual(mostGrowth * Math.max(little, noise));
  });
});

function statuses(events: readonly { readonly type: string }[]): string[] {
  return events.flatMap((event) => ("status" in event && typeof event.status === "string" ? [event.status] : []));
}

describe("a task id that comes as a number was taken for none", () => {
  it.each([
    ["893605", "893605"],
    ["0", "0"],
    ["2032273942220931073", "2032273942220931073"],
  ])("%s: a submit has its task", async (written, id) => {
    const body = `{"code":0,"data":{"task_id":${written},"task_status":"submitted","task_info":{"external_task_id":12345}}}`;
    const { client, clock, posts } = world([answer(200, body)]);
    const made = await finish(clock, client.image2video.submit({ image: picture, external_task_id: "12345" }));
    expect(made).toMatchObject({ value: { task_id: id, external_task_id: "12345" } });
    expect(posts()).toBe(1);
  });

  it("in a list and in a gateway's wrapper too", async () => {
    const rows = answer(200, envelope([{ ...task("succeed"), task_id: 7 }]));
    expect(
      await finish(world([rows]).clock, world([rows], { dialect: "kling" }).client.image2video.list()),
    ).toMatchObject({
      value: [{ task_id: "7" }],
    });
    const wrapped = answer(200, { code: "success", data: { task_id: 7, status: "IN_PROGRESS" } });
    const { client, clock } = world([wrapped]);
    expect(await finish(clock, client.image2video.get("7"))).toMatchObject({ value: { task_id: "7" } });
  });

  it.each(["1.5", "-3", "1e300", "true", "null", "{}"])("%s is still none", async (written) => {
    const { client, clock } = world([
      answer(200, `{"code":0,"data":{"task_id":${written},"task_status":"submitted"}}`),
    ]);
    expect(await failure(clock, client.image2video.get(taskId))).toMatchObject({ name: "ResponseFormatError" });
  });
});

describe("an error's page", () => {
  it("is absent while the site has no address", async () => {
    const { client, clock } = world([answer(400, { code: 1201, message: "no" })]);
    const error = (await failure(clock, client.image2video.get(taskId))) as KlingkitError;
    expect("docsUrl" in error).toBe(false);
    expect(inspect(error)).not.toContain("docsUrl");
    expect(JSON.stringify(error)).not.toContain("docsUrl");
  });
});
