import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const sources = path.resolve(import.meta.dirname, "../src");

/** The simulator's rooms, the lowest first: each may take from those before it. Hosts and packages lie above, and take what they like. */
const rooms = ["media", "engine", "wire", "state", "control"];

interface Import {
  readonly file: string;
  readonly target: string;
  /** Whether it is one of the simulator's own files. */
  readonly isOwn: boolean;
}

const imports: readonly Import[] = readdirSync(sources, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && rooms.includes(roomOf(file)))
  .flatMap((file) =>
    [...readFileSync(path.join(sources, file), "utf8").matchAll(/ from "([^"]+)"/g)].map(([, target = ""]) => ({
      file,
      target: target.startsWith(".") ? path.join(path.dirname(file), target) : target,
      isOwn: target.startsWith("."),
    })),
  );

function roomOf(file: string): string {
  return file.split(path.sep)[0] ?? "";
}

describe("the simulator's rooms", () => {
  it("look down only", () => {
    const upwards = imports.filter(
      ({ file, target, isOwn }) => isOwn && !rooms.slice(0, rooms.indexOf(roomOf(file)) + 1).includes(roomOf(target)),
    );
    expect(upwards).toEqual([]);
    expect(imports.length).toBeGreaterThan(200);
  });

  it("know no Node, but for the state's file", () => {
    const ofNode = imports.filter(({ target }) => target.startsWith("node:")).map(({ file }) => path.dirname(file));
    expect([...new Set(ofNode)]).toEqual([path.join("state", "file")]);
  });
});
