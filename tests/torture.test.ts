import { type Dialect, type KlingClient, type KlingEvent, SubmitOutcomeUnknownError } from "@klingkit/core";
import { families as operations } from "@klingkit/spec";
import { describe, expect, it } from "vitest";
import { success } from "../packages/core/test/helpers.js";
import { type FaultyRequest, faults, faultyWorld, strangeFaults, unlisted, weathers } from "./faulty-world.js";

const picture = "https://example.com/a.png";

/** A request of each kind of family: own id taken, own id unlisted, found in the list only, no own id at all. */
const requestsOf = {
  image2video: { model_name: "kling-v2-6", image: picture },
  text2video: { model_name: "kling-v3", prompt: "a heron" },
  imageGenerations: { model_name: "kling-v3", prompt: "a heron" },
  videoExtend: { video_id: "1", task_id: "1", prompt: "further" },
  advancedLipSync: {
    session_id: "1",
    face_choose: [
      {
        face_id: "0",
        sound_file: "https://example.com/a.mp3",
        sound_start_time: 0,
        sound_end_time: 3_000,
        sound_insert_time: 0,
      },
    ],
  },
  lipSync: {
    input: { video_id: "1", mode: "text2video", text: "Hello", voice_id: "oversea_male1", voice_language: "en" },
  },
} as const;

type Name = keyof typeof requestsOf;

const families = Object.keys(requestsOf) as readonly Name[];
const submits = Number(process.env.KLINGKIT_TORTURE_SUBMITS ?? 1_000);
const share = 0.3;
/** Later than any late create, in milliseconds. */
const longAfter = 60_000;

/** Numbers between 0 and 1, evenly spread and the same in every run (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * One world, and what came of every submit in it. A submit is made by one client, or with the same own id by two that share
 * a task store. Afterwards time goes on until whatever is late has happened, and what it ended in is held against the bill.
 */
function torture(dialect: Dialect) {
  const random = sequence(dialect === "kling" ? 1 : 2);
  const oneOf = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  /** How the server is during one submit. */
  let weather = "";
  let isFaulty = true;
  const fault = () => oneOf(random() < 0.5 ? faults : strangeFaults);
  const world = faultyWorld(
    () => (isFaulty && random() < share ? fault() : ""),
    dialect,
    () => weather,
  );
  const { client, second, clock, mock, events, requests, catchUp } = world;
  const seen = { done: 0, refused: 0, unknown: 0, unknownAlthoughAnswered: 0, settledLater: 0 };
  const met = new Set<string>();

  async function charged(family: Name, bodies: readonly object[]) {
    const earlier = mock.ledger.charges.length;
    const clients: readonly KlingClient[] = [client, second];
    const calls = bodies.map((body, index) => clients[index]?.family(family).submit(body as never));
    const ends = await success(clock, Promise.all(calls.map(ended)), 40_000);
    await clock.advance(longAfter);
    await catchUp();
    return { ends, charges: mock.ledger.charges.slice(earlier) };
  }

  /** What a submit ended in fits the bill: never more than one charge, and one that nobody was told of is no charge. */
  async function once(family: Name, count: number): Promise<void> {
    weather = oneOf(operations[family].externalTaskId === "unlisted" ? [unlisted, oneOf(weathers)] : weathers);
    events.length = 0;
    requests.length = 0;
    const takesId = operations[family].externalTaskId !== "no";
    const isShared = takesId && count % 4 === 0;
    const body = isShared ? { ...requestsOf[family], external_task_id: `own-${count}` } : requestsOf[family];
    const { ends, charges } = await charged(family, isShared ? [body, body] : [body]);
    for (const request of requests) met.add(request.fault);
    const story = () =>
      `${family} ${weather} ${JSON.stringify({ requests, ends: ends.map(({ error }) => String(error ?? "a task")) })}`;
    expect(charges.length, story()).toBeLessThanOrEqual(1);
    const [charge] = charges;
    // An answer that names no own id, or a call that has none: nothing tells that it is about another task.
    const isStrange = requests.some(
      ({ fault }) => /other-task|rewritten-id/.test(fault) || (fault === "foreign" && !takesId),
    );
    for (const { value: task } of ends) {
      if (!task) continue;
      expect(charge, story()).toBeDefined();
      if (takesId) expect(task.external_task_id, story()).toBe(charge?.externalTaskId);
      if (!isStrange) expect(task.task_id, story()).toBe(charge?.taskId);
    }
    const unknown = ends.map(({ error }) => error).find((error) => error instanceof SubmitOutcomeUnknownError);
    if (ends.some(({ value }) => value)) seen.done += 1;
    else if (unknown) {
      seen.unknown += 1;
      if (!isShared && provesAbsence(family) && wasAnswered(events, requests)) seen.unknownAlthoughAnswered += 1;
      expect(unknown.handle).toMatchObject({ family });
      if (takesId) await again(family, unknown.handle?.external_task_id, charges.length);
    } else {
      // Nobody was told of a task, so there is none.
      expect(charges, story()).toEqual([]);
      seen.refused += 1;
    }
  }

  /** The same submit under the id that the error named, once requests go well: it never pays a second time. */
  async function again(family: Name, external_task_id: string | undefined, already: number): Promise<void> {
    expect(external_task_id).toBeTypeOf("string");
    isFaulty = false;
    const { ends, charges } = await charged(family, [{ ...requestsOf[family], external_task_id }]);
    isFaulty = true;
    const story = `${family} again, ${weather}: ${ends.map(({ error }) => String(error))}`;
    expect(already + charges.length, story).toBeLessThanOrEqual(1);
    if (ends.some(({ value }) => value)) {
      expect(already + charges.length, story).toBe(1);
      seen.settledLater += 1;
    } else expect(dialect === "kling" && provesAbsence(family), story).toBe(false);
  }

  return { once, seen, met, world };
}

describe.each(["cometapi", "kling"] satisfies Dialect[])(
  `${submits} submits with faults of every kind in three of ten requests, dialect %s`,
  (dialect) => {
    it("are paid at most once each, and none is lost", { timeout: 300_000 + submits * 100 }, async () => {
      const { once, seen, met, world } = torture(dialect);
      for (let count = 0; count < submits; count += 1) {
        await once(families[count % families.length] ?? "image2video", count);
        expect(world.clock.sleepers.size).toBe(0);
      }
      const summary = `${dialect}: ${JSON.stringify(seen)}`;
      if (process.env.KLINGKIT_TORTURE_SUBMITS) process.stdout.write(`${summary}\n`);
      // At Kling every look-up that was answered settles the question, where the contract says that an own id finds the task.
      if (dialect === "kling") expect(seen, summary).toMatchObject({ unknownAlthoughAnswered: 0 });
      expect(seen.done, summary).toBeGreaterThan(submits * 0.6);
      expect(seen.unknown, summary).toBeLessThan(submits * (dialect === "kling" ? 0.1 : 0.2));
      expect([...met].sort()).toEqual([...faults, ...strangeFaults, ...weathers, unlisted].sort());
      const ids = world.mock.ledger.charges.flatMap(({ externalTaskId }) => externalTaskId ?? []);
      expect(new Set(ids).size).toBe(ids.length);
    });
  },
);

/** How a call ended, without rejecting. */
function ended<T>(call: Promise<T> | undefined): Promise<{ readonly value?: T; readonly error?: unknown }> {
  return (call ?? Promise.reject(new Error("There is no such client."))).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

/** Whether not finding a task by its own id proves that there is none. */
function provesAbsence(family: Name): boolean {
  return operations[family].externalTaskId === "yes";
}

/** Whether the last look-up was answered as it should be, whatever the client made of it. */
function wasAnswered(events: readonly KlingEvent[], requests: readonly FaultyRequest[]): boolean {
  const last = requests.at(-1);
  const lookUp = events.findLast((event) => event.type === "recovery");
  return (last?.method === "GET" && last.fault === "") || (lookUp !== undefined && lookUp.outcome !== "unknown");
}
