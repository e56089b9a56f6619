import { createKlingClient } from "@klingkit/core";
import { preflight } from "@klingkit/core/preflight";
import { createMock } from "@klingkit/mock-server";
import { picture } from "./picture.js";

const mock = createMock();
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch, preflight });

// This model has no mode 4k: refused before anything is sent.
await kling.image2video.submit({ model_name: "kling-v2-6", image: picture, mode: "4k" });
