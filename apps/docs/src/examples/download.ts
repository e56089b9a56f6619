import { createKlingClient, download } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { picture } from "./picture.js";

const mock = createMock();
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });
const task = await kling.image2video.generate({ model_name: "kling-v2-6", image: picture });
const result = await download(kling, task);

const { size, type } = await result.blob();
console.log(`${size} bytes of ${type}; the address works until ${result.expiresAt?.toISOString()}`);
