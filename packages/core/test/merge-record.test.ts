import { mergeRecord, type TaskRecord, type TaskState } from "@klingkit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { record } from "./task-record-kit.js";

const states: readonly TaskState[] = ["sending", "unknown", "refused", "accepted", "ended"];
const exists = ({ state }: TaskRecord) => state === "accepted" || state === "ended";
const times = fc.nat(3);
/** Records of one intention, of a first and a second claim, with at most one task and one note a moment. */
const records = fc
  .record({ state: fc.constantFrom(...states), claimedAt: fc.nat(1), updatedAt: times, until: times, sentAt: times })
  .chain((fields) =>
    fc.record({ named: fc.boolean(), noted: fc.boolean() }).map(({ named, noted }) =>
      record("own", fields.state, {
        ...fields,
        ...(named ? { task_id: "T" } : {}),
        ...(noted ? { note: { at: fields.updatedAt } } : {}),
      }),
    ),
  );
const check = (property: fc.IProperty<[TaskRecord, TaskRecord]>) => fc.assert(property, { numRuns: 2_000 });

describe("what a record becomes when news is told of it", () => {
  it("keeps the id of a task, whatever comes later", () => {
    check(
      fc.property(records, records, (old, next) => {
        const merged = mergeRecord({ ...old, task_id: "T" }, { ...next, task_id: "other" });
        const yields = !exists(old) && (exists(next) || next.claimedAt > old.claimedAt);
        expect(merged.task_id).toBe(yields ? "other" : "T");
        const { task_id: _, ...nameless } = next;
        expect(mergeRecord({ ...old, task_id: "T" }, nameless).task_id).toBe("T");
      }),
    );
  });

  it("never goes back, except by a later claim", () => {
    check(
      fc.property(records, records, (old, next) => {
        const merged = mergeRecord(old, next);
        const isClaimedAgain = !exists(old) && next.claimedAt > old.claimedAt;
        if (!isClaimedAgain) expect(states.indexOf(merged.state)).toBeGreaterThanOrEqual(states.indexOf(old.state));
        if (exists(next)) expect(exists(merged)).toBe(true);
        for (const time of ["until", "updatedAt", "sentAt"] as const)
          expect(merged[time]).toBe(Math.max(old[time] ?? 0, next[time] ?? 0));
      }),
    );
  });

  it("is refused only from sending or unknown, and only by its own claim or a later one", () => {
    check(
      fc.property(records, records, (old, refusal) => {
        const merged = mergeRecord(old, { ...refusal, state: "refused" });
        if (exists(old)) expect(merged.state).toBe(old.state);
        else if (old.claimedAt > refusal.claimedAt) expect(merged.state).toBe(old.state);
        else expect(merged.state).toBe("refused");
      }),
    );
  });

  it("is the same when the news comes again", () => {
    check(
      fc.property(records, records, (old, next) => {
        const merged = mergeRecord(old, next);
        expect(mergeRecord(merged, next)).toEqual(merged);
        expect(mergeRecord(merged, old)).toEqual(merged);
        expect(mergeRecord(old, old)).toEqual(old);
      }),
    );
  });

  it("does not depend on the order in which the news comes, of one claim or of two", () => {
    const all = fc.array(records, { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(
        all.chain((news) => fc.tuple(fc.constant(news), fc.shuffledSubarray(news, { minLength: news.length }))),
        ([news, shuffled]) => {
          const told = (order: readonly TaskRecord[]) => order.map(({ note: _, ...one }) => one).reduce(mergeRecord);
          expect(told(shuffled)).toEqual(told(news));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("knows a task that exists in any order, whichever claim the news is of", () => {
    check(
      fc.property(records, records, (one, other) => {
        const [a, b] = [mergeRecord(one, other), mergeRecord(other, one)];
        expect([a.state, a.task_id, a.claimedAt]).toEqual([b.state, b.task_id, b.claimedAt]);
      }),
    );
  });

  it("is the later claim's when a late word of the refused one comes: a live sender's task was declared unknown", () => {
    const second = record("own", "sending", { claimedAt: 2, until: 9 });
    for (const state of ["refused", "sending", "unknown"] as const)
      expect(mergeRecord(second, record("own", state))).toMatchObject({ state: "sending", claimedAt: 2 });
    expect(mergeRecord(record("own", "refused"), second)).toEqual(second);
    const found = mergeRecord(second, record("own", "accepted", { task_id: "T", digest: "first" }));
    expect(found).toMatchObject({ state: "accepted", task_id: "T", digest: "first", claimedAt: 1 });
  });

  it("keeps digest and note until new ones are given, null included", () => {
    const old = record("own", "sending", { digest: "d", note: { row: 1 } });
    expect(mergeRecord(old, record("own", "accepted"))).toMatchObject({ digest: "d", note: { row: 1 } });
    expect(mergeRecord(old, record("own", "accepted", { note: null }))).toMatchObject({ note: null });
    expect(mergeRecord(old, record("own", "accepted", { note: 2, updatedAt: 0 }))).toMatchObject({ note: { row: 1 } });
    expect(mergeRecord(old, record("own", "accepted", { updatedAt: 2 }))).toMatchObject({ note: { row: 1 } });
  });

  it("has no member for what nobody has told", () => {
    const merged = mergeRecord(record("own", "sending"), record("own", "unknown"));
    for (const name of ["task_id", "digest", "note", "sentAt"]) expect(merged).not.toHaveProperty(name);
  });
});
