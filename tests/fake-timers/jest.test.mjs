import { talk } from "./talk.mjs";

const { jest } = import.meta;

afterEach(() => {
  jest.useRealTimers();
});

test("timers faked before the simulator is imported", async () => {
  jest.useFakeTimers();
  const { startMockServer } = await import("@klingkit/mock-server/node");
  const server = await startMockServer({ port: 0, render: "none" });
  expect(await talk(server.url)).toEqual(["submitted", "submitted"]);
  await server.close();
});

test("timers faked after it was started; then real again", async () => {
  const { startMockServer } = await import("@klingkit/mock-server/node");
  const server = await startMockServer({ port: 0, render: "none" });
  jest.useFakeTimers();
  expect(await talk(server.url)).toEqual(["submitted", "submitted"]);
  jest.useRealTimers();
  expect(await talk(server.url)).toEqual(["submitted", "submitted"]);
  await server.close();
});
