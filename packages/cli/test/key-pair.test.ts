import { startMockServer } from "@klingkit/mock-server/node";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "../src/run.js";
import { FakeIo } from "./helpers.js";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe("Kling's older pair of keys", () => {
  const ask = async (secret: string) => {
    const secretKeys = { "test-access-key": "test-secret-key" };
    const server = await startMockServer({ port: 0, dialect: "kling", render: "none", secretKeys });
    closers.push(server.close);
    const io = new FakeIo({
      env: {
        KLINGKIT_DIALECT: "kling",
        KLINGKIT_BASE_URL: server.url,
        KLING_ACCESS_KEY: "test-access-key",
        KLING_SECRET_KEY: secret,
      },
    });
    return { code: await run(["list", "image2video"], io), io };
  };

  it("signs in", async () => {
    const { code, io } = await ask("test-secret-key");
    expect([code, io.out]).toEqual([0, "No tasks.\n"]);
  });

  it("is a key problem when the secret is wrong, and the secret shows nowhere", async () => {
    const { code, io } = await ask("secret-CANARY");
    expect(code).toBe(3);
    expect(io.out + io.err).not.toContain("CANARY");
  });
});
