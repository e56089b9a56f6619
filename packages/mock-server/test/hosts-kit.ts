import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createMock, type Mock, type MockOptions } from "@klingkit/mock-server";
import { klingMock } from "@klingkit/mock-server/express";
import { mockHandlers } from "@klingkit/mock-server/msw";
import { startMockServer } from "@klingkit/mock-server/node";
import express from "express";
import { setupServer } from "msw/node";

/** What a test has opened. */
export const closers: (() => Promise<void>)[] = [];

/** Closes what a test has opened: for `afterEach`, or before the test's end. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

/** Opens a simulator and says how it is reached. */
export type Host = (options: MockOptions) => Promise<Reached>;

export interface Reached {
  readonly mock: Mock;
  readonly fetch: typeof globalThis.fetch;
  readonly origin: string;
}

const inProcess = "https://api.example.invalid";

/** Every way to reach a simulator, by name. */
export const hosts: Readonly<Record<"fetch" | "node:http" | "express" | "msw", Host>> = {
  fetch: async (options) => {
    const mock = createMock(options);
    return { mock, fetch: mock.fetch, origin: inProcess };
  },
  "node:http": async (options) => {
    const server = await startMockServer({ ...options, port: 0, render: "none" });
    closers.push(server.close);
    return { mock: server.mock, fetch: globalThis.fetch, origin: server.url };
  },
  express: async (options) => {
    const application = express();
    const mock = createMock(options);
    application.use(klingMock(mock));
    const server = createServer(application).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    closers.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    return { mock, fetch: globalThis.fetch, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  },
  msw: async (options) => {
    const mock = createMock(options);
    const server = setupServer(...mockHandlers(mock, { origins: [inProcess] }));
    server.listen({
      // Servers of other tests are this machine's; nothing may reach further.
      onUnhandledRequest: ({ url }, { error }) => void (new URL(url).hostname === "127.0.0.1" || error()),
    });
    closers.push(async () => server.close());
    return { mock, fetch: globalThis.fetch, origin: inProcess };
  },
};
