import { taskEnd, taskFailure } from "@klingkit/spec/client";
import { describe, expect, it } from "vitest";
import { taskEnds, taskFailures } from "../generated/catalogue.js";

describe("taskEnd", () => {
  // The words that were seen in place of the two that Kling documents.
  it.each([
    ["succeed", "succeeded"],
    ["succeeded", "succeeded"],
    ["SUCCEED", "succeeded"],
    ["completed", "succeeded"],
    ["failed", "failed"],
    ["FAILED", "failed"],
    ["fail", "failed"],
    ["cancelled", "cancelled"],
    ["expired", "expired"],
    ["EXPIRED", "expired"],
  ])("knows %s", (word, end) => {
    expect(taskEnd(word)).toBe(end);
  });

  it.each(["submitted", "processing", "queueing", "", "constructor", "succeeding", "words"])(
    "takes %j for a task that goes on",
    (word) => {
      expect(taskEnd(word)).toBeUndefined();
    },
  );

  it("gives each word one meaning, in lower case", () => {
    const words = Object.values(taskEnds).flatMap((row) => row.words);
    expect(new Set(words).size).toBe(words.length);
    expect(words).toEqual(words.map((word) => word.toLowerCase()));
  });
});

describe("taskFailure", () => {
  it.each(taskFailures)("finds $name by its text", ({ text, name, remedy }) => {
    expect(taskFailure(text)?.slice(1, 3)).toEqual([name, remedy]);
    if (text !== "") expect(taskFailure(`[E17] ${text.toUpperCase()}!`)?.[1]).toBe(name);
  });

  it("knows nothing of other texts", () => {
    expect(taskFailure("Too dark.")).toBeUndefined();
  });

  it("says which reasons pass by themselves", () => {
    const passing = taskFailures.filter(({ retry }) => retry === "after-delay").map(({ text }) => text);
    expect(passing).toEqual([
      "parallel task over resource pack limit",
      "Generation timeout",
      "Service busy. Please try again later.",
    ]);
  });
});
