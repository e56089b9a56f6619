import { type KlingkitError, TaskFailedError } from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { answer, failure, html, picture, type Step, standing, success, taskId, world } from "./helpers.js";

const handle = { family: "image2video", task_id: taskId };

describe("statuses", () => {
  it("are told once a change, unknown words and all", async () => {
    const words = ["submitted", "submitted", "queueing", "queueing", "processing", "DONE?", "succeed"];
    const { client, clock, events } = world(words.map((word) => standing(word)));
    const told: string[] = [];
    await success(clock, client.image2video.wait(taskId, { onStatus: ({ task_status }) => told.push(task_status) }));
    expect(told).toEqual(["submitted", "queueing", "processing", "DONE?", "succeed"]);
    expect(events.filter(({ type }) => type === "status")).toHaveLength(5);
  });

  it("are told to an asynchronous function one after the other, and its rejection reaches the caller", async () => {
    const words = ["submitted", "processing", "succeed"];
    const { client, clock } = world(words.map((word) => standing(word)));
    const told: string[] = [];
    const onStatus = async ({ task_status }: { readonly task_status: string }) => {
      await clock.sleep(1_000);
      told.push(task_status);
      if (task_status === "processing") throw new Error("the database is down");
    };
    expect(await failure(clock, client.image2video.wait(taskId, { onStatus }))).toMatchObject({
      message: "the database is down",
    });
    expect(told).toEqual(["submitted", "processing"]);
    const broken = () => Promise.reject(new Error("the database is down"));
    const call = client.image2video.generate({ image: picture }, { onStatus: broken });
    expect(await failure(clock, call)).toMatchObject({ message: "the database is down" });
  });

  it("that the caller already knows are not told again", async () => {
    const told: string[] = [];
    const { client, clock } = world([standing("submitted"), standing("processing"), standing("succeed")]);
    const onStatus = ({ task_status }: { readonly task_status: string }) => told.push(task_status);
    await success(clock, client.image2video.generate({ image: picture }, { onStatus }));
    expect(told).toEqual(["submitted", "processing", "succeed"]);
  });

  it.each([
    ["a text", { task_status_msg: "Too dark." }, "The task failed: Too dark.", "task-failed-other"],
    ["an empty text", { task_status_msg: "" }, "The task failed.", "task-failed-no-reason"],
    ["no text", {}, "The task failed.", "task-failed-no-reason"],
    ["null", { task_status_msg: null }, "The task failed.", "task-failed-no-reason"],
    ["a number for a text", { task_status_msg: 5 }, "The task failed.", "task-failed-no-reason"],
  ])("failed with %s is a TaskFailedError", async (_, more, message, code) => {
    const { client, clock } = world([standing("failed", more)]);
    const error = await failure(clock, client.image2video.wait(handle));
    expect(error).toBeInstanceOf(TaskFailedError);
    expect((error as Error).message).toBe(`${message} ${(error as KlingkitError).remedy}`);
    expect(error).toMatchObject({ code, retry: "after-fix", task: { task_status: "failed" } });
    expect((error as KlingkitError).handle).toEqual(handle);
  });

  it("that nobody knows never spin: no more requests than the interval allows", async () => {
    for (const word of ["queueing", "SUCCESSFULLY", "", "constructor"]) {
      const { client, clock, sent } = world([standing(word)], { random: () => 0 });
      await failure(clock, client.image2video.wait(taskId, { timeoutMs: 600_000 }));
      expect(sent.length).toBeLessThanOrEqual(2 + 600_000 / 4_500);
      expect(sent.length).toBeGreaterThan(30);
    }
  });

  it("that a task was given with are not told again, its end among them", async () => {
    const known = (task_status: string) => ({ task_id: taskId, task_status });
    for (const [before, after, expected] of [
      ["processing", ["processing", "succeed"], ["succeed"]],
      ["succeed", ["succeed"], []],
    ] as const) {
      const told: string[] = [];
      const onStatus = ({ task_status }: { readonly task_status: string }) => told.push(task_status);
      const { client, clock, events } = world(after.map((word) => standing(word)));
      expect(await success(clock, client.image2video.wait(known(before), { onStatus }))).toMatchObject(
        known("succeed"),
      );
      expect(told).toEqual(expected);
      expect(events.filter(({ type }) => type === "status")).toHaveLength(expected.length);
    }
  });

  it("are in the sentence of a wait that was too short, or why the last query failed", async () => {
    const remedy = "The task goes on, so do not submit it again; wait again with its handle.";
    const said = async (step: Step) => {
      const { client, clock } = world([step]);
      return failure(clock, client.image2video.wait(taskId, { timeoutMs: 20_000 }));
    };
    expect(await said(standing("queueing"))).toHaveProperty(
      "message",
      `The task was not finished in time (last status: queueing). ${remedy}`,
    );
    expect(await said(answer(502, html))).toHaveProperty(
      "message",
      `The task was not finished in time. The last query failed: The answer (HTTP 502) is an HTML page. Try again later. ${remedy}`,
    );
  });
});
