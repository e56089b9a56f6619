import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { request as open } from "node:http";
import { dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { startMockServer } from "@klingkit/mock-server/node";
import { describe, expect, it, onTestFinished } from "vitest";
import { ask, coffee, frozenMock, image2video, minimal } from "./helpers.js";
import { keptMock, linesIn, statePath, submit } from "./state-kit.js";

/** A simulator on a port, with one task and its picture. */
async function started(state?: string) {
  const notices: string[] = [];
  const options = { port: 0, render: "none", notice: (line: string) => notices.push(line) } as const;
  const server = await startMockServer({ ...options, ...(state === undefined ? {} : { state }) });
  onTestFinished(() => server.close());
  server.mock.clock.freeze();
  await submit(server.mock, { image: coffee, external_task_id: "kept" });
  const restore = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/__mock/restore`, { method: "POST", body, headers });
  return { ...server, notices, restore };
}

const zipped = (text: string) => new Uint8Array(gzipSync(text));

/** As long as one with many pictures. */
function padded(snapshot: object, bytes: number): string {
  return `{${" ".repeat(bytes)}${JSON.stringify(snapshot).slice(1)}`;
}

describe("a snapshot of more than the largest request", () => {
  it("can be restored, and the reason is true where another body is too long", async () => {
    const { url, mock, restore } = await started();
    const snapshot = (await (await fetch(`${url}/__mock/snapshot`)).json()) as object;
    expect(snapshot).toEqual(mock.snapshot());
    const body = padded(snapshot, 65 * 1024 * 1024);
    mock.reset();
    expect((await restore(body)).status).toBe(200);
    expect(mock.snapshot()).toEqual(snapshot);
    const refused = await fetch(`${url}/__mock/clock`, { method: "POST", body });
    expect(refused.status).toBe(413);
    expect(await refused.text()).toContain("more than the 67108864 bytes");
  });

  it("is of one moment, though what it lists is made while it is read", async () => {
    const mock = frozenMock();
    const ids: string[] = [];
    for (let count = 0; count < 1_000; count += 1) ids.push(await submit(mock));
    const before = mock.snapshot();
    const answer = await mock.fetch("http://127.0.0.1:4600/__mock/snapshot");
    mock.tasks.fail(ids.at(-1) ?? "", "too late");
    mock.clock.advance(60_000);
    await submit(mock);
    expect(await answer.json()).toEqual(before);
  });

  it("may come packed, and is refused in true words where it can't be read, without anything being forgotten", async () => {
    const { mock, restore } = await started();
    const before = mock.snapshot().tasks;
    const [packed, whole] = [{ "content-encoding": "gzip" }, JSON.stringify(mock.snapshot())];
    expect((await restore(zipped(whole), packed)).status).toBe(200);
    for (const [body, headers, reason] of [
      [zipped(whole.slice(0, -9)), packed, "it ends too soon"],
      [new TextEncoder().encode("no gzip"), packed, "it ends too soon"],
      [zipped('{"version": 1, "tasks": [nonsense]}'), packed, "nonsense"],
      [zipped("{}"), packed, "This is not a snapshot"],
    ] as const) {
      const answer = await restore(body, headers);
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain(reason);
    }
    expect(mock.snapshot().tasks).toEqual(before);
  });

  it.each(["__proto__", "constructor", "toString"])("changes no object of the process by a member %s", async (name) => {
    const { mock, restore } = await started();
    const text = JSON.stringify(mock.snapshot());
    const poisoned = `{"${name}":{"klingkitPoison":true},${text.slice(1)}`;
    expect((await restore(zipped(poisoned), { "content-encoding": "gzip" })).status).toBe(200);
    const object: object = {};
    const found = [object, object.constructor, object.toString].filter((one) => "klingkitPoison" in one);
    for (const one of [Object.prototype, Object, object.toString]) Reflect.deleteProperty(one, "klingkitPoison");
    expect(found).toEqual([]);
  });

  it("changes nothing where its sender hangs up in the middle, which is one line", async () => {
    const { url, mock, notices } = await started();
    const before = mock.snapshot().tasks;
    const request = open(`${url}/__mock/restore`, { method: "POST" });
    request.on("error", () => {});
    request.write(JSON.stringify(frozenMock().snapshot()).slice(0, -5));
    await once(request, "socket");
    await expect.poll(() => request.writableLength).toBe(0);
    request.destroy();
    await expect.poll(() => notices).toEqual([expect.stringContaining("hung up")]);
    expect(mock.snapshot().tasks).toEqual(before);
  });

  it("is the same whatever the order of its members: charges may come before their tasks", async () => {
    const { mock, restore } = await started();
    for (let count = 0; count < 3; count += 1) await submit(mock);
    const snapshot = mock.snapshot();
    const backwards = Object.fromEntries(Object.entries(snapshot).reverse());
    expect(Object.keys(backwards).indexOf("charges")).toBeLessThan(Object.keys(backwards).indexOf("tasks"));
    for (const text of [JSON.stringify(backwards), JSON.stringify(snapshot)]) {
      mock.reset();
      expect((await restore(text)).status).toBe(200);
      expect(mock.snapshot()).toEqual(snapshot);
      expect(mock.ledger.charges).toHaveLength(4);
    }
  });

  it("is restored in process as bytes too", async () => {
    const mock = frozenMock();
    await submit(mock);
    const body = new TextEncoder().encode(JSON.stringify(mock.snapshot()));
    const other = frozenMock();
    const answer = await other.fetch("http://127.0.0.1/__mock/restore", { method: "POST", body });
    expect([answer.status, other.tasks.size]).toEqual([200, 1]);
    const told = await other.fetch("http://127.0.0.1/__mock/snapshot");
    expect(await told.json()).toEqual(other.snapshot());
  });
});

describe("a state file whose simulator restores a snapshot", () => {
  it("is written again as a whole before the answer, and goes on from there", async () => {
    const path = statePath();
    const { url, mock, restore } = await started(path);
    const snapshot = mock.snapshot();
    await submit(mock, { external_task_id: "forgotten" });
    const size = statSync(path).size;
    expect((await restore(JSON.stringify(snapshot))).status).toBe(200);
    expect(statSync(path).size).toBeLessThan(size);
    await ask(
      (input, init) => fetch(String(input).replace("https://api.example.invalid", url), init),
      "POST",
      image2video.cometapi,
      {
        body: { ...minimal, external_task_id: "later" },
      },
    );
    const wanted = mock.snapshot();
    await mock.close();
    const lines = linesIn(path);
    expect(lines.filter((line) => line.includes("forgotten"))).toEqual([]);
    expect(lines.filter((line) => line.includes('"later"'))).toHaveLength(1);
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith(".new"))).toEqual([]);
    expect(wanted.tasks.map(({ externalTaskId }) => externalTaskId)).toEqual(["kept", "later"]);
  });

  it("keeps what happens while it is written, once", async () => {
    const path = statePath();
    const first = keptMock(path);
    first.mock.clock.freeze();
    for (let count = 0; count < 300; count += 1) await submit(first.mock, { external_task_id: `old-${count}` });
    const snapshot = first.mock.snapshot();
    first.mock.restore(snapshot);
    const during = Array.from({ length: 50 }, (_, count) => submit(first.mock, { external_task_id: `new-${count}` }));
    await Promise.all(during);
    const wanted = first.mock.snapshot();
    await first.journal.close();
    const second = keptMock(path);
    expect(second.mock.snapshot()).toEqual(wanted);
    expect(new Set(second.mock.ledger.charges.map(({ taskId }) => taskId)).size).toBe(350);
    await second.journal.close();
  });
});
