import { createMock, type Mock } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { ask, frozenMock, minimal } from "./helpers.js";

const create = {
  element_name: "hero",
  element_description: "a knight",
  reference_type: "image_refer",
  element_image_list: { frontal_image: minimal.image, refer_images: [{ image_url: minimal.image }] },
};

async function post(mock: Mock, path: string, body: object) {
  return (await ask(mock.fetch, "POST", `/v1/general/${path}`, { body })).body;
}

interface Element {
  readonly element_id: string;
  readonly status: string;
}

async function elementOf(mock: Mock, taskId: string): Promise<Element | undefined> {
  const { body } = await ask(mock.fetch, "GET", `/v1/general/advanced-custom-elements/${taskId}`);
  return (body.data as { task_result?: { elements: Element[] } }).task_result?.elements[0];
}

/** A simulator with one finished element. */
async function mockWithElement() {
  const mock = frozenMock({ dialect: "kling" });
  const { data } = (await post(mock, "advanced-custom-elements", create)) as { data: { task_id: string } };
  mock.clock.advance(60_000);
  const element = await elementOf(mock, data.task_id);
  if (!element) throw new Error("There is no element.");
  return { mock, taskId: data.task_id, element_id: element.element_id };
}

it("an element's id is a number that JSON.parse would round", async () => {
  const { mock, taskId, element_id } = await mockWithElement();
  for (const path of [`advanced-custom-elements/${taskId}`, "advanced-custom-elements", "advanced-presets-elements"]) {
    const answer = await mock.fetch(`https://api.example.invalid/v1/general/${path}`, {
      headers: { authorization: "Bearer test-key" },
    });
    const id = path.startsWith("advanced-presets") ? "829836802793406551" : element_id;
    expect(await answer.text()).toContain(`"element_id":${id},`);
  }
});

describe("deleting an element", () => {
  it("answers in the recorded words, by both paths on one store", async () => {
    const { mock, element_id } = await mockWithElement();
    expect(await post(mock, "delete-elements", { element_id: "1" })).toMatchObject({
      message: "Element id not found: 1",
    });
    expect(await post(mock, "delete-advanced-elements", { element_id })).toMatchObject({ code: 0 });
    expect(await post(mock, "delete-elements", { element_id })).toMatchObject({
      message: expect.stringMatching(/already be deleted$/),
    });
  });

  it.each(["delete-elements", "delete-advanced-elements"])("says that a malformed id is invalid: %s", async (path) => {
    const { mock } = await mockWithElement();
    const ids = ["", "abc", "12.5", -3, "1 2", "9".repeat(20), null];
    const answers = await Promise.all(ids.map((element_id) => post(mock, path, { element_id })));
    expect(answers.map(({ message }) => message)).toEqual(ids.map((id) => `Invalid element id: ${id ?? ""}`));
    expect(await post(mock, path, { element_id: {} })).toMatchObject({ message: "Invalid element id: " });
  });

  it("lets an element say from then on that it is deleted, also after a restart", async () => {
    const { mock, taskId, element_id } = await mockWithElement();
    expect(await elementOf(mock, taskId)).toMatchObject({ status: "succeed" });
    await post(mock, "delete-elements", { element_id });
    expect(await elementOf(mock, taskId)).toMatchObject({ element_id, status: "deleted" });
    const restored = createMock({ dialect: "kling" });
    restored.restore(mock.snapshot());
    expect(await elementOf(restored, taskId)).toMatchObject({ element_id, status: "deleted" });
  });

  it("finds no element before its task has made it", async () => {
    const { mock, element_id } = await mockWithElement();
    const early = frozenMock({ dialect: "kling" });
    await post(early, "advanced-custom-elements", create);
    expect(await post(early, "delete-elements", { element_id })).toMatchObject({
      message: `Element id not found: ${element_id}`,
    });
    await mock.close();
  });
});
