import { createKlingClient } from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { about, callback, key, now, post, receiver, withToken } from "./callbacks-kit.js";
import { answer, envelope, task, world } from "./helpers.js";

describe("a burst of callbacks", () => {
  const burst = async (options: { readonly maxQueries?: number }, answerOf: (count: number) => Response) => {
    let [open, most, count] = [0, 0, 0];
    const fetch = async () => {
      open += 1;
      count += 1;
      most = Math.max(most, open);
      const at = count;
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return answerOf(at);
    };
    const client = createKlingClient({ apiKey: "sk-test-key", fetch, retry: { attempts: 1 } });
    const { receive, done, reports, errors } = receiver({ client, token: key, ...options });
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, at) => {
        const task = { ...about, external_task_id: `shot-${at}` };
        return receive(post(await withToken(task), callback("succeed", now, { task_id: `${1_000 + at}` })));
      }),
    );
    await done();
    return { answers: new Set(answers.map(({ status }) => status)), most, reports, errors };
  };
  const ended = (count: number) =>
    Response.json(envelope(task("succeed", { task_id: `${1_000 + count - 1}`, task_info: null })));

  it("used to start as many queries at once; all are still answered and reported", async () => {
    const { answers, most, reports, errors } = await burst({}, ended);
    expect([...answers]).toEqual([204]);
    expect(errors).toEqual([]);
    expect(reports).toHaveLength(200);
    expect(most).toBe(8);
  });

  it("gives its turn back after each query, also one after the other", async () => {
    const { client } = world([
      (request) => answer(200, envelope(task("succeed", { task_id: request?.url.split("/").at(-1) })))(),
    ]);
    const { receive, done, reports, errors } = receiver({ client, token: key, maxQueries: 1 });
    for (const id of ["1", "2", "3"]) {
      const url = await withToken({ ...about, external_task_id: `shot-${id}` });
      await receive(post(url, callback("succeed", now, { task_id: id })));
      await done();
    }
    expect([reports.length, errors]).toEqual([3, []]);
  });

  it("asks for as many tasks at a time as is allowed, and goes on after questions that fail", async () => {
    const { most, reports, errors } = await burst({ maxQueries: 2 }, (count) =>
      count % 2 === 0 ? new Response("no", { status: 400 }) : ended(count),
    );
    expect(most).toBe(2);
    expect(reports.length + errors.length).toBe(200);
  });
});
