import { encodeBase64, messageOf } from "@klingkit/spec/web";
import { MockProblem } from "../engine/problem.js";
import { JsonMembers } from "./json-members.js";
import type { TakenState } from "./snapshot.js";
import { snapshotLists } from "./snapshot-format.js";

/** Characters of a piece, about. */
const pieceLength = 256 * 1024;

/** A snapshot as JSON, in pieces that are made when they are asked for: as a whole it may be longer than a text can be. */
export function* snapshotText(state: TakenState): Iterable<string> {
  let piece = "";
  for (const part of partsOf(state)) {
    piece += part;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

function* partsOf({ pictures, ...state }: TakenState): Iterable<string> {
  const { tasks: _tasks, accounts: _accounts, charges: _charges, rules: _rules, ...others } = state;
  yield JSON.stringify(others).slice(0, -1);
  for (const name of snapshotLists) {
    yield `,"${name}":[`;
    let comma = "";
    for (const item of state[name]) {
      yield comma + JSON.stringify(item);
      comma = ",";
    }
    yield "]";
  }
  yield ',"pictures":{';
  for (const [index, [key, bytes]] of pictures.entries())
    yield `${index === 0 ? "" : ","}${JSON.stringify(key)}:"${encodeBase64(bytes)}"`;
  yield "}}";
}

/** Takes an item of one of a snapshot's lists when it comes. @returns whether it did: then it is not kept in the list */
export type TakeItem = (list: string, item: unknown) => boolean;

/**
 * Reads a snapshot of any length while it comes.
 * @throws MockProblem for invalid JSON; `restoreSnapshot` checks that it is a snapshot
 */
export async function readSnapshot(chunks: AsyncIterable<Uint8Array>, take: TakeItem): Promise<object> {
  // Without a prototype: a member `__proto__` or `constructor` would be looked up there, and change the objects of the process.
  const snapshot: Record<string, unknown> = Object.assign(Object.create(null), {
    tasks: [],
    accounts: [],
    charges: [],
    carried: [],
    rules: [],
    pictures: {},
    clock: {},
  });
  const members = new JsonMembers((name, value, key) => {
    const place = snapshot[name];
    if (take(name, value)) return;
    if (Array.isArray(place)) place.push(value);
    else if (key === undefined) snapshot[name] = value;
    else Object.assign(place ?? {}, { [key]: value });
  });
  for await (const chunk of chunks) parse(() => members.write(chunk));
  parse(() => members.end());
  return snapshot;
}

function parse(step: () => void): void {
  try {
    step();
  } catch (error) {
    throw new MockProblem(422, "invalid-snapshot", `The snapshot can't be read: ${messageOf(error)}.`);
  }
}
