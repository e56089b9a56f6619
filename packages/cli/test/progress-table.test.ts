import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { displayWidth, endWithin, startWithin } from "../src/display-width.js";
import { ioOf } from "../src/io.js";
import { ProgressTable } from "../src/progress.js";
import { notice } from "../src/report.js";
import { FakeIo } from "./helpers.js";
import { Screen } from "./screen.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const names = ["coffee.png", "a long name of a picture, as cameras and people make them.png", "日本の写真 🎬.jpg"];

/** Three tasks in a table, on a terminal of so many columns. */
function tableOf(columns: number, rows = 24) {
  const screen = new Screen(columns);
  const device = new FakeIo({ columns, onStderr: (text) => screen.write(text) });
  Object.assign(device.stderr, { rows });
  const io = ioOf(device);
  const table = new ProgressTable(io, () => Date.now());
  const add = (name: string) => table.add({ name, family: "image2video", isOneOfMany: true });
  const resize = (to: number) => {
    Object.assign(device.stderr, { columns: to });
    screen.columns = to;
  };
  return { screen, io, table, add, resize, tasks: names.map(add) };
}

/** A task as the server describes it. */
const task = (task_status: string) => ({ family: "image2video", task_id: "1", task_status }) as never;

describe("the table of several tasks", () => {
  it.each([30, 40, 60, 80, 120, 200])(
    "has a line for each, which is redrawn in its place, at %i columns",
    (columns) => {
      const { screen, tasks } = tableOf(columns);
      expect(screen.lines).toHaveLength(3);
      for (const status of ["submitted", "processing"]) {
        for (const one of tasks) one.status(task(status));
        vi.advanceTimersByTime(3_000);
        expect(screen.lines).toHaveLength(3);
        for (const line of screen.lines) expect(displayWidth(line)).toBeLessThan(columns);
      }
      if (columns >= 40) for (const line of screen.lines) expect(line).toMatch(/\] . process/);
      if (columns >= 80) expect(screen.lines[0]).toMatch(/ processing 6 s, usually \d+/);
      for (const one of tasks) one.end(false);
    },
  );

  it("lines up its bars, whatever the names are", () => {
    const { screen, tasks } = tableOf(80);
    const starts = screen.lines.map((line) => displayWidth(line.slice(0, line.indexOf("["))));
    expect(starts).toEqual([21, 21, 21]);
    for (const one of tasks) one.end(false);
  });

  it("shrinks as tasks end: what has ended stands above, what goes on below", () => {
    const { screen, tasks } = tableOf(80);
    const [first, second, third] = tasks;
    second?.status(task("succeed"));
    second?.end(true);
    expect(screen.lines.map((line) => line.includes("succeed"))).toEqual([true, false, false]);
    first?.end(false);
    expect(screen.lines).toHaveLength(2);
    third?.end(false);
    expect(screen.lines).toHaveLength(1);
    expect(screen.lines[0]).toContain("● succeed");
  });

  it("is erased whole where the terminal was made narrower, and its lines have wrapped", () => {
    const { screen, io, resize, tasks } = tableOf(120);
    for (const one of tasks) one.status(task("processing"));
    const before = screen.lines;
    resize(40);
    const narrow = new Screen(40);
    for (const line of before) narrow.write(`${line}\n`);
    const height = narrow.lines.length;
    expect(height).toBeGreaterThan(3);
    const moves: string[] = [];
    const { control } = io.stderr;
    Object.assign(io.stderr, { control: (text: string) => moves.push(text) });
    io.live.clear();
    expect(moves.join("").split("\x1b[1A")).toHaveLength(height);
    Object.assign(io.stderr, { control });
    for (const one of tasks) one.end(false);
  });

  it("names the time that tasks of the model and mode usually take", () => {
    const { screen, table, tasks } = tableOf(80);
    for (const one of tasks) one.end(false);
    const usualOf = (model: string, mode: string) => {
      const one = table.add({ name: "a.png", family: "image2video", model, mode });
      const [line = ""] = screen.lines;
      one.end(false);
      return /usually (.+)$/.exec(line)?.[1];
    };
    const known = [usualOf("kling-v2-6", "std"), usualOf("kling-v2-6", "pro"), usualOf("kling-v3", "pro")];
    for (const time of known) expect(time).toMatch(/^\d min \d+ s$/);
    expect(new Set(known).size).toBe(3);
  });

  it("keeps notices above it", () => {
    const { screen, io, tasks } = tableOf(80);
    notice(io, "something happened");
    vi.advanceTimersByTime(100);
    expect(screen.lines[0]).toBe("klingkit: something happened");
    expect(screen.lines).toHaveLength(4);
    for (const one of tasks) one.end(false);
    expect(screen.lines).toEqual(["klingkit: something happened"]);
  });

  it("says how many more there are where the terminal is too low for all", () => {
    const { screen, add, tasks } = tableOf(80, 6);
    const more = Array.from({ length: 7 }, (_, index) => add(`${index}.png`));
    expect(screen.lines).toHaveLength(5);
    expect(screen.lines[4]).toBe("and 6 more");
    for (const one of [...tasks, ...more]) one.end(false);
    expect(screen.lines).toEqual([]);
  });

  it("stops drawing when the last task has ended, so that the command can end", () => {
    const { tasks } = tableOf(80);
    for (const one of tasks) one.end(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the width of a text on a terminal", () => {
  it.each([
    ["abc", 3],
    ["日本", 4],
    ["🎬", 2],
    ["❤️", 2],
    ["e\u0301", 1],
    ["\x1b[32m●\x1b[39m", 1],
    ["한국、。", 8],
  ])("of %j is %i", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it("never cuts a character in two", () => {
    expect(startWithin("日本の🎬", 5)).toBe("日本");
    expect(endWithin("日本の🎬", 5)).toBe("の🎬");
    expect([startWithin("abc", 9), endWithin("abc", 9), endWithin("日", 1)]).toEqual(["abc", "abc", ""]);
  });
});
