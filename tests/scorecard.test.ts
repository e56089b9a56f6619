import { readFileSync } from "node:fs";
import path from "node:path";
import * as core from "@klingkit/core";
import * as simulator from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import klingkit from "../bench/scorecard/adapters/klingkit.mjs";
import http from "../bench/scorecard/adapters/klingkit-http.mjs";
import { faults } from "../bench/scorecard/faults.mjs";
import { playFaults } from "../bench/scorecard/play.mjs";
import { summaryOf } from "../bench/scorecard/table.mjs";

const { creates, refusals, polls } = { creates: 8, refusals: 5, polls: 6 };
const video = "/v1/videos";

/** An SDK as many are: it repeats whatever fails, once, and believes every 200. Its routes are not Kling's. */
const careless = {
  name: "careless",
  packages: [],
  routes: { create: `POST ${video}`, poll: `GET ${video}/:id` },
  answer: ({ id, status }: { id: string; status: string }) => ({ id, status }),
  client({ baseUrl, timeoutMs }: { baseUrl: string; timeoutMs: number }) {
    const once = async (address: string, method: string) => {
      const answer = await fetch(baseUrl + address, { method, signal: AbortSignal.timeout(timeoutMs) });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      return (await answer.json()) as { id: string; status: string };
    };
    const twice = (address: string, method: string) => once(address, method).catch(() => once(address, method));
    return {
      create: async () => (await twice(video, "POST")).id,
      poll: async (id: string) => (await twice(`${video}/${id}`, "GET")).status === "succeed",
    };
  },
};

const load = async () => core;

describe("the scorecard", () => {
  it.each([klingkit, http])("finds nothing paid twice, lost or taken for success by $name", async (adapter) => {
    const cells = await playFaults({ adapter, simulator, load });
    const summary = summaryOf({ name: adapter.name, cells });

    expect(summary).toMatchObject({ doubles: 0, lost: 0, misled: 0, pollDoubles: 0, finished: polls });
    expect(summary.counts).toEqual({ creates, refusals, polls });
    expect(cells.filter(({ kind }) => kind === "create").map(({ posts, charges }) => [posts, charges])).toEqual(
      Array(creates).fill([1, 1]),
    );
  });

  it("counts what an SDK pays twice that repeats whatever fails", async () => {
    const cells = await playFaults({ adapter: careless, simulator, load });
    const summary = summaryOf({ name: careless.name, cells });

    expect(summary).toMatchObject({ posts: 2 * creates, doubles: creates, misled: refusals, finished: polls });
    expect(cells.find(({ kind }) => kind === "limit")).toMatchObject({ posts: 2, charges: 1, doubles: 0 });
  });

  it("counts what an SDK loses that gives up", async () => {
    const client = careless.client;
    const timid = {
      ...careless,
      client: (given: Parameters<typeof client>[0]) => ({
        ...client(given),
        async create() {
          const answer = await fetch(given.baseUrl + video, { method: "POST" });
          return answer.ok ? ((await answer.json()) as { id: string }).id : Promise.reject(new Error("It failed."));
        },
      }),
    };
    const summary = summaryOf({ name: "timid", cells: await playFaults({ adapter: timid, simulator, load }) });

    // It waits for the slow answer.
    expect(summary).toMatchObject({ posts: creates, doubles: 0, lost: creates - 1 });
  });

  it("says so when an adapter does not work at all", async () => {
    const broken = { ...careless, routes: { ...careless.routes, create: "POST /elsewhere" } };

    await expect(playFaults({ adapter: broken, simulator, load })).rejects.toThrow(
      /Without a fault it makes 0 creates/,
    );
  });

  it("on the site is about these faults, klingkit among the subjects", () => {
    const file = path.resolve(import.meta.dirname, "../apps/docs/src/measured/scorecard.json");
    const { subjects } = JSON.parse(readFileSync(file, "utf8")) as { subjects: { name: string; cells?: Cell[] }[] };
    const played = subjects.flatMap(({ cells }) => (cells ? [cells] : []));

    expect(subjects.map(({ name }) => name)).toEqual(expect.arrayContaining([klingkit.name, http.name]));
    for (const cells of played)
      expect(cells.map(({ kind, fault }) => [kind, fault])).toEqual(faults.map(({ kind, name }) => [kind, name]));
  });
});

interface Cell {
  readonly kind: string;
  readonly fault: string;
}
