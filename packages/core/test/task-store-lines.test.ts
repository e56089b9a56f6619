import { describe, expect, it } from "vitest";
import { formatLine, readHeader, readLine, readOldLine, seal } from "../src/node/task-store/lines.js";
import { record } from "./task-record-kit.js";

/** A whole line, its checksum right, whatever it says. */
const lineOf = (fields: object) => formatLine({ record: fields as never, claim: false }).trimEnd();

describe("a line of a task store", () => {
  it("says what was written, and who wrote it", () => {
    const kept = record("own", "accepted", { task_id: "1", note: "ä\n" });
    expect(readLine(formatLine({ record: kept, claim: true, id: "w-1" }).trimEnd())).toEqual({
      record: kept,
      claim: true,
      id: "w-1",
    });
    expect(readLine(lineOf(kept))).toEqual({ record: kept, claim: false });
    expect(readLine(formatLine({ damaged: "x" }).trimEnd())).toEqual({ damaged: "x" });
    expect(readLine(seal.trimEnd())).toBe("sealed");
  });

  it.each([
    ["no family", { family: undefined }],
    ["a family that is no text", { family: 5 }],
    ["no own id", { external_task_id: undefined }],
    ["a time that is no number", { updatedAt: "now" }],
    ["a state that nobody knows", { state: "sent" }],
  ])("that is whole and says nothing that can be kept is damaged: %s", (_, more) => {
    expect(readLine(lineOf({ ...record("own"), ...more }))).toBe("damaged");
  });

  it("is torn as long as it lacks its end, and damaged where a byte has changed", () => {
    const whole = lineOf(record("own"));
    for (let length = 1; length < whole.length; length += 1) expect(readLine(whole.slice(0, length))).toBe("torn");
    for (const at of [2, 10, 30, whole.length - 2])
      expect(readLine(`${whole.slice(0, at)}#${whole.slice(at + 1)}`)).toBe("damaged");
    expect(readLine(`${whole}x`)).toBe("damaged");
  });
});

describe("a line of version 1", () => {
  it("says what it says, and is torn where it can't be read", () => {
    const fields = { family: "image2video", external_task_id: "own", state: "accepted", updatedAt: 5 };
    expect(readOldLine(JSON.stringify(fields))).toMatchObject({ claim: false, record: { ...fields, origin: "" } });
    expect(readOldLine(seal.trimEnd())).toBe("sealed");
    for (const text of ["5", "null", '{"family"', "{}", JSON.stringify({ ...fields, state: "sent" })])
      expect(readOldLine(text)).toBe("torn");
  });
});

describe("the first line", () => {
  it.each([
    ['{"klingkit":"task-store","version":2}', "this version"],
    ['{"klingkit":"task-store","version":1}', "older"],
    ['{"klingkit":"task-store","version":3}', "newer"],
    ['{"klingkit":"task-store"}', undefined],
    ['{"klingkit":"other","version":2}', undefined],
    ["5", undefined],
    ["", undefined],
  ])("%s is of %s", (text, expected) => {
    expect(readHeader(text)).toBe(expected);
  });
});
