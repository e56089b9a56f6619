import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { picture } from "./picture.js";

const mock = createMock();
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });

// The words in brackets tell the simulator how this task's life goes.
const prompt = "A crowd storms a castle [[scenario=risk-control]]";
await kling.image2video.generate({ model_name: "kling-v2-6", image: picture, prompt });
