// The npm package kling-api calls https addresses only, and refuses results on this machine. Here MSW answers both.
import { createMock } from "@klingkit/mock-server";
import { mockHandlers } from "@klingkit/mock-server/msw";
import { KlingAPI } from "kling-api";
import { setupServer } from "msw/node";

const mock = createMock({ dialect: "kling", timing: { submittedMs: 50, processingMs: 100 } });
const server = setupServer(...mockHandlers(mock));
server.listen();

// Any pair of keys signs in.
const api = new KlingAPI({ accessKey: "any-access-key", secretKey: "its-secret-key" });
const task = await api.textToVideo({ prompt: "A boat on a lake", model_name: "kling-v2-6", duration: "5" });
const done = await api.waitForVideoResult(task.data.task_id, undefined, { pollInterval: 100, showSpinner: false });
const files = await api.saveVideoResult(done, "./results", "A boat on a lake");

process.stdout.write(`${[done.data.task_status, files.length, mock.ledger.total].join(" ")}\n`);
server.close();
