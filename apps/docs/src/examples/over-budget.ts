import { createKlingClient } from "@klingkit/core";
import { createBudget, estimate } from "@klingkit/core/pricing";
import { createMock } from "@klingkit/mock-server";
import { picture } from "./picture.js";

const mock = createMock();
const budget = createBudget({ maxCost: 0.5 }); // US dollars by Kling's price list, for one request
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch, budget });

const request = { model_name: "kling-v3", image: picture, mode: "4k", duration: "10" } as const;
const { units, usd } = estimate("image2video", request);
console.log(`${units} units, about $${usd}`);
await kling.image2video.submit(request); // refused before anything is sent: look at the requests
