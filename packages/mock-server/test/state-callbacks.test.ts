import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { stateFile } from "@klingkit/mock-server/node";
import { describe, expect, it, onTestFinished } from "vitest";
import { receiving } from "./callbacks-kit.js";
import { image2video, minimal } from "./helpers.js";
import { linesIn, statePath } from "./state-kit.js";
import { startProcess } from "./state-process.js";

/** One life of a simulator on the file. @param status what the receiver answers */
function life(path: string, status = 200, spareLines = 10_000) {
  const journal = stateFile(path, { spareLines });
  return { ...receiving({ journal }, () => status), journal };
}

describe("callbacks still to come", () => {
  it("are told after a restart, and those that were told are not told again", async () => {
    const path = statePath();
    const first = life(path);
    await first.submit();
    await first.push(0);
    await first.push(5_000);
    expect(first.statuses()).toEqual(["submitted", "processing"]);
    await first.journal.close();
    const second = life(path);
    await second.push(20_000);
    expect(second.statuses()).toEqual(["succeed"]);
    await second.journal.close();
    const third = life(path);
    await third.push(60_000);
    expect(third.mock.callbacks.pending).toBe(0);
    expect(third.statuses()).toEqual([]);
    await third.journal.close();
  });

  it("are sent again after a restart as often as they would have been without one", async () => {
    const path = statePath();
    const outcomes: unknown[] = [];
    for (const ms of [1_500, 4_000, 1e6, 1e6]) {
      const { submit, push, mock, journal } = life(path, 500);
      if (outcomes.length === 0) await submit("scenario=slow-start", {});
      await push(0);
      await push(ms);
      const sends = mock.callbacks.deliveries.filter(({ status }) => status === "submitted");
      outcomes.push(...sends.map(({ attempt }) => attempt));
      await journal.close();
    }
    expect(outcomes).toEqual([1, 2, 3, 4]);
  });

  it("keep their faults, and outlive a rewrite of the file", async () => {
    const path = statePath();
    const first = life(path, 200, 1);
    await first.submit("callback-fault=duplicate");
    await first.push(0);
    let lines = 0;
    for (let most = 0; lines >= most; most = Math.max(most, lines)) {
      first.clock.advance(1);
      await first.journal.durable();
      lines = linesIn(path).length;
    }
    await first.journal.close();
    const second = life(path);
    await second.push(20_000);
    expect(second.statuses()).toEqual(["processing", "processing", "succeed", "succeed"]);
    await second.journal.close();
  });

  it("are none after a reset", async () => {
    const path = statePath();
    const first = life(path);
    await first.submit();
    first.mock.reset();
    await first.journal.close();
    const second = life(path);
    await second.push(60_000);
    expect(second.arrivals).toEqual([]);
    await second.journal.close();
  });

  it("reach a receiver that was being told when the simulator was killed", async () => {
    const receiver = await silentReceiver();
    const path = statePath();
    const first = await startProcess(path);
    const answer = await first.json("POST", image2video.cometapi, { ...minimal, callback_url: receiver.url });
    expect(answer.status).toBe(200);
    await receiver.told("submitted");
    await first.json("POST", "/__mock/clock", { freeze: true });
    await first.kill();

    receiver.answers = true;
    const second = await startProcess(path);
    await receiver.told("submitted");
    await second.json("POST", "/__mock/clock", { advance: 60_000 });
    await receiver.told("succeed");
    expect(new Set(receiver.statuses)).toEqual(new Set(["submitted", "processing", "succeed"]));
  });
});

/** A receiver that keeps its callers waiting until it is told to answer. */
async function silentReceiver() {
  const statuses: string[] = [];
  const waiting: ServerResponse[] = [];
  let arrived = () => {};
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    statuses.push(JSON.parse(text).task_status);
    if (receiver.answers) response.end();
    else waiting.push(response);
    arrived();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    answers: false,
    statuses,
    /** Resolves once this status has come since it was last asked for. */
    async told(status: string): Promise<void> {
      const known = statuses.length;
      while (!statuses.slice(receiver.asked).includes(status))
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      receiver.asked = Math.max(known, statuses.lastIndexOf(status) + 1);
    },
    asked: 0,
  };
  return receiver;
}
