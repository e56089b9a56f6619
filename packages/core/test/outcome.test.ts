import {
  AbortedError,
  ConnectionError,
  InputError,
  KlingkitError,
  RefusedError,
  ResponseFormatError,
  SubmitOutcomeUnknownError,
} from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { howToFindOut, joinedAnother, outcomeOf } from "../src/submit/outcome.js";

const intended = { family: "image2video", external_task_id: "own" };
const evidence = { remedy: "Do this.", status: 500, providerCode: 5000, requestId: "request-1" };
const ended = (retry: "never" | "after-fix" | "after-delay" | "unknown", more: object = {}) => ({
  ...evidence,
  code: "some-code",
  retry,
  ...more,
});
const noAnswer = (neverSent: boolean) =>
  new ConnectionError("No answer.", { code: "reset", retry: "after-delay", remedy: "Do this.", neverSent });

/** What a try ended with, and what it means once the request may have left. */
const ends: readonly (readonly [string, unknown, string, object])[] = [
  ["an abort", new AbortedError("stop"), "aborted", {}],
  ["no answer", noAnswer(false), "no-answer", {}],
  ["no connection", noAnswer(true), "refused", { mayRepeat: true }],
  ["the provider's fault", new RefusedError("It broke.", ended("unknown")), "server-error", {}],
  ["an answer nobody can read", new ResponseFormatError("HTML.", ended("unknown")), "unreadable-answer", {}],
  [
    "an answer that proves a refusal",
    new ResponseFormatError("HTML.", ended("after-fix")),
    "refused",
    { mayRepeat: false },
  ],
  ["a refusal that passes", new RefusedError("Later.", ended("after-delay")), "refused", { mayRepeat: true }],
  ["a refusal that stays", new RefusedError("No.", ended("never")), "refused", { mayRepeat: false }],
  ["the caller's mistake", new InputError("Wrong.", "Mend it."), "refused", { mayRepeat: false }],
  [
    "a duplicate",
    new RefusedError("It exists.", ended("after-fix", { code: "duplicate-external-task-id" })),
    "exists-but-unfindable",
    {},
  ],
  ["a fault of ours", new TypeError("x is no function"), "server-error", {}],
];

describe("what a try that ended with an error says about the task", () => {
  it.each(ends)("%s, sent", (_, thrown, expected, more) => {
    const outcome = outcomeOf(thrown, { handle: intended, isSent: true });
    if (expected === "refused") expect(outcome).toMatchObject({ kind: "refused", error: thrown, ...more });
    else expect(outcome).toMatchObject({ kind: "unknown", reason: expected, handle: intended });
  });

  it.each(ends)("%s, while nothing had left: certainly no task", (_, thrown) => {
    const outcome = outcomeOf(thrown, { handle: intended, isSent: false });
    const retry = KlingkitError.isInstance(thrown) ? thrown.retry : "unknown";
    expect(outcome).toMatchObject({ kind: "refused", mayRepeat: retry === "after-delay", error: { retry } });
    expect((outcome.kind === "refused" && outcome.error) || undefined).not.toBeInstanceOf(SubmitOutcomeUnknownError);
  });

  it("an unknown outcome's error keeps the cause and its evidence, and says what to do instead of the cause's remedy", () => {
    const cause = new RefusedError("It broke.", ended("unknown"));
    const outcome = outcomeOf(cause, { handle: intended, isSent: true });
    if (outcome.kind !== "unknown") throw new Error("It is unknown.");
    expect(outcome.error).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(outcome.error).toMatchObject({
      message: `The task may have been created and charged: It broke. ${howToFindOut(intended)}`,
      ...{ cause, reason: "server-error", handle: intended, retry: "unknown" },
      ...{ status: 500, providerCode: 5000, requestId: "request-1" },
    });
  });

  it("a duplicate's error says that the task exists", () => {
    const cause = new RefusedError("It exists.", ended("after-fix", { code: "duplicate-external-task-id" }));
    const outcome = outcomeOf(cause, { handle: intended, isSent: true });
    expect(outcome).toMatchObject({
      error: {
        message: `A task with this external_task_id exists, and its task_id is not known. ${howToFindOut(intended)}`,
        reason: "exists-but-unfindable",
        handle: intended,
        cause,
      },
    });
  });

  it("an abort stays the caller's abort, with the handle", () => {
    const outcome = outcomeOf(new AbortedError("stop"), { handle: intended, isSent: true });
    expect(outcome).toMatchObject({ error: { name: "AbortedError", cause: "stop", handle: intended } });
  });

  it("what the error knows of the task is added to what was intended", () => {
    const error = noAnswer(false).withHandle({ family: "image2video", task_id: "1" });
    const outcome = outcomeOf(error, { handle: intended, isSent: true });
    const handle = { ...intended, task_id: "1" };
    expect(outcome).toMatchObject({ handle, error: { handle } });
  });

  it.each([
    [new TypeError("x is no function"), "An unforeseen fault: x is no function. Report it to klingkit."],
    ["a text", "An unforeseen fault: a text. Report it to klingkit."],
  ])("what is no error of klingkit's becomes one: %s", (thrown, message) => {
    const outcome = outcomeOf(thrown, { handle: intended, isSent: false });
    expect(outcome).toMatchObject({ error: { message, code: "unforeseen", retry: "unknown", cause: thrown } });
  });
});

describe("what is said of an outcome", () => {
  it("a call that joins another one has made no task of its own", () => {
    expect(joinedAnother(intended)).toMatchObject({
      kind: "refused",
      mayRepeat: false,
      error: { code: "joined-another-call", retry: "never", message: "Another call makes image2video/own." },
    });
  });

  it.each([
    [{ family: "tts" }, "This call takes no id of your own, so check the provider's console before sending it again."],
    [intended, expect.stringMatching(/^Look for image2video\/own in the provider.s console before/)],
    [{ ...intended, task_id: "1" }, expect.stringMatching(/^Look for image2video\/1 in the provider.s console before/)],
  ])("after an unknown outcome of %j", (handle, remedy) => {
    expect(howToFindOut(handle)).toEqual(remedy);
  });
});
