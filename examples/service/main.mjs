// PORT=3000 node main.mjs: with COMETAPI_KEY it spends credits, without one it uses a simulator in this process.
import { randomBytes } from "node:crypto";
import { createService } from "./service.mjs";

const { COMETAPI_KEY, PORT = "3000", PUBLIC_URL, CALLBACK_KEY = randomBytes(24).toString("hex") } = process.env;
const kling = COMETAPI_KEY
  ? { apiKey: COMETAPI_KEY }
  : { apiKey: "anything", fetch: (await import("@klingkit/mock-server")).createMock().fetch };
const folder = `${import.meta.dirname}/data`;
const service = createService({ kling, folder, budget: 2, publicUrl: PUBLIC_URL, callbackKey: CALLBACK_KEY });
const server = service.app.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${PORT}`));
process.once("SIGTERM", () => Promise.all([server.close(), service.close()]));
