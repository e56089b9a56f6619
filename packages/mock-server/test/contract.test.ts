import { faults, scenarios } from "@klingkit/mock-server";
import { type Dialect, dialectPath } from "@klingkit/spec";
import { gatewayErrors, serviceErrors, taskLayerErrors } from "@klingkit/spec/catalogue";
import { describe, expect, it } from "vitest";
import { expectInContract } from "./expect-in-contract.js";
import { ask, coffee, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const collection = "/kling/v1/videos/image2video";
const item = "/kling/v1/videos/image2video/{id}";

describe.each(["cometapi", "kling"] satisfies Dialect[])("answers in the dialect %s", (dialect) => {
  const path = dialectPath(collection, dialect);

  it("fit the contract through every scenario's life", async () => {
    for (const scenario of Object.keys(scenarios)) {
      const mock = frozenMock({ dialect, list: true });
      const submitted = await ask(mock.fetch, "POST", path, {
        body: { ...minimal, image: coffee, external_task_id: "own-1", watermark_info: { enabled: true } },
        headers: { prefer: `scenario=${scenario}` },
      });
      expect(submitted.status).toBe(200);
      expectInContract(collection, "post", submitted);
      for (let step = 0; step < 30; step += 1) {
        expectInContract(item, "get", await ask(mock.fetch, "GET", `${path}/own-1`));
        expectInContract(collection, "get", await ask(mock.fetch, "GET", path));
        mock.clock.advance(1_000);
      }
    }
  });

  it("fit the contract for every error of the catalogue, by number and by name", async () => {
    const names = [
      ...serviceErrors.flatMap(({ code, name }) => [String(code), name]),
      ...gatewayErrors.map(({ name }) => name),
      ...taskLayerErrors.map(({ name }) => name),
    ];
    for (const name of names) {
      const mock = frozenMock({ dialect });
      const byHeader = await ask(mock.fetch, "POST", path, { body: minimal, headers: { prefer: `code=${name}` } });
      const byPrompt = await ask(mock.fetch, "POST", path, {
        body: { ...minimal, prompt: `a cat [[code=${name}]] runs` },
      });
      expectInContract(collection, "post", byHeader);
      expect(byPrompt.status).toBe(byHeader.status);
      expect(byHeader.headers.get("preference-applied")).toBe(`code=${name}`);
      expectInContract(item, "get", await ask(mock.fetch, "GET", `${path}/1`, { headers: { prefer: `code=${name}` } }));
      expect(mock.ledger.charges, name).toHaveLength(0);
    }
    expect(names.length).toBeGreaterThan(40);
  });

  it("fit the contract when the request is at fault", async () => {
    const mock = frozenMock({ dialect });
    const bodies = [
      "",
      "{",
      "[]",
      "null",
      { image: 5 },
      {},
      { ...minimal, mode: "standard" },
      { ...minimal, model_name: "nobody-knows" },
      { ...minimal, image: "not base64!" },
      // Can't be made a text.
      { ...minimal, model_name: { toString: 1 } },
      `{"image":"https://example.com/a.jpg","deep":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
    ];
    for (const body of bodies) {
      const answer = await ask(mock.fetch, "POST", path, { body });
      expect(answer.status, JSON.stringify(body)).toBeGreaterThanOrEqual(400);
      expectInContract(collection, "post", answer);
    }
    for (const id of ["1", "..%2F..", "%E0%A4%A", "a".repeat(500)]) {
      const answer = await ask(mock.fetch, "GET", `${path}/${id}`);
      if (answer.status !== 301) expectInContract(item, "get", answer);
    }
  });
});

describe("faults", () => {
  it("are reachable by header and by prompt, and say that they were applied", async () => {
    for (const [name, { before }] of Object.entries(faults)) {
      const mock = frozenMock();
      const attempt = ask(mock.fetch, "POST", image2video.cometapi, {
        body: { ...minimal, prompt: `[[fault=${name}, delay=0]]` },
      });
      if (/^(reset|cut|connection-refused|accept-late)/.test(name)) await expect(attempt).rejects.toThrow(TypeError);
      else expect((await attempt).headers.get("preference-applied")).toBe(`fault=${name}, delay=0`);
      expect(mock.ledger.charges, name).toHaveLength(before || name === "accept-late" ? 0 : 1);
    }
  });

  it("leave a task that can be found after a reset after accept", async () => {
    const mock = frozenMock();
    const body = { ...minimal, external_task_id: "shot-1" };
    await expect(
      ask(mock.fetch, "POST", image2video.cometapi, { body, headers: { prefer: "fault=reset-after-accept" } }),
    ).rejects.toThrow();
    const found = await ask(mock.fetch, "GET", `${image2video.cometapi}/shot-1`);
    expect(taskOf(found).task_status).toBe("submitted");
    expect(mock.ledger.charges).toHaveLength(1);
  });

  it("are 422 with the known words when nobody knows them", async () => {
    const answer = await ask(frozenMock().fetch, "POST", image2video.cometapi, {
      body: minimal,
      headers: { prefer: "scenario=nonsense" },
    });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain("risk-control");
  });
});
