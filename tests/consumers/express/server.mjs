// A simulator behind Express, and a client that uses it: prints the task's status.
import { once } from "node:events";
import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { klingMock } from "@klingkit/mock-server/express";
import express from "express";

const server = express().use(klingMock(createMock())).use(express.json()).listen(0, "127.0.0.1");
await once(server, "listening");
const kling = createKlingClient({ apiKey: "anything", baseUrl: `http://127.0.0.1:${server.address().port}` });
const task = await kling.text2video.generate({ model_name: "kling-v3", prompt: "A boat on a lake" });
console.log(task.task_status);
server.closeAllConnections();
server.close();
