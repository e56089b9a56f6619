import { type KlingkitError, RefusedError, SubmitOutcomeUnknownError } from "@klingkit/core";
import { gatewayErrors, serviceErrors, taskFailures, taskLayerErrors } from "@klingkit/spec/catalogue";
import { describe, expect, it } from "vitest";
import { answer, failure, picture, standing, taskId, world } from "./helpers.js";

const rows = [
  ...serviceErrors.map((row) => ({
    ...row,
    key: String(row.code),
    body: { code: row.code, message: row.text, request_id: "rq-1" },
  })),
  ...gatewayErrors.map((row) => ({
    ...row,
    key: `${row.status} ${row.code}`,
    // "*" stands for any word the catalogue does not single out.
    body: { error: { message: row.text, type: "comet_api_error", code: row.code === "*" ? "" : row.code } },
  })),
  ...taskLayerErrors.map((row) => ({
    ...row,
    key: row.code,
    body: { code: row.code, message: row.text, data: null },
  })),
];

describe.each(rows)("$key ($name)", ({ name, status, read, create, remedy, text, body }) => {
  const step = answer(status, body);

  it("is recognised on a query, and repeated only where that can help", async () => {
    const { client, clock, sent } = world([step]);
    const error = (await failure(clock, client.image2video.get(taskId))) as KlingkitError;
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ code: name, retry: read, remedy, status });
    expect(error.message).toContain(text.replace(/[.!?]$/, ""));
    expect(sent).toHaveLength(read === "after-delay" ? 4 : 1);
  });

  it("is recognised on a create, and repeated only where no task can have been made", async () => {
    const { client, clock, sent } = world([step]);
    const error = (await failure(clock, client.image2video.submit({ image: picture }))) as KlingkitError;
    if (create === "unknown") {
      expect(error).toBeInstanceOf(SubmitOutcomeUnknownError);
      expect(error).toMatchObject({ reason: "server-error", status, cause: { code: name } });
    } else {
      expect(error).toBeInstanceOf(RefusedError);
      expect(error).toMatchObject({ code: name, retry: create, remedy, status });
    }
    const posts = sent.filter(({ method }) => method === "POST");
    expect(posts).toHaveLength(create === "after-delay" ? 4 : 1);
    expect(new Set(posts.map(({ body }) => body.external_task_id)).size).toBe(1);
  });
});

describe("a verdict", () => {
  it("for a create is never `after-delay` where the server may have done the work", () => {
    for (const row of [...serviceErrors, ...gatewayErrors]) {
      if (row.status >= 500) expect(row.create).not.toBe("after-delay");
    }
  });
});

describe("a task that failed", () => {
  it.each(taskFailures)("with the text $text is told as $name", async ({ text, name, remedy, retry }) => {
    const { client, clock } = world([standing("failed", { task_status_msg: text })]);
    const error = await failure(clock, client.image2video.wait(taskId));
    expect(error).toMatchObject({ name: "TaskFailedError", code: `task-failed-${name}`, remedy, retry });
    expect(error).toHaveProperty("task.task_status", "failed");
  });
});

describe("what passes by itself", () => {
  it("is sent again under a new id: the old one belongs to the task that failed", () => {
    const passing = taskFailures.filter(({ retry }) => retry === "after-delay");
    expect(passing.map(({ name }) => name)).toEqual(["concurrency-limit", "generation-timeout", "service-busy"]);
    for (const { remedy } of passing) expect(remedy).toMatch(/submit it again.* under a new external_task_id/);
  });
});
