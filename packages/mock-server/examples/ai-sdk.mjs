// The AI SDK (ai 7, Node 22) downloads results itself and refuses addresses on this machine. Its `download` option
// replaces that: here it fetches from the simulator. MockVideoModelV4 stands for a provider that returns the address.
import { createMock } from "@klingkit/mock-server";
import { experimental_generateVideo as generateVideo } from "ai";
import { MockVideoModelV4 } from "ai/test";

const mock = createMock({ dialect: "kling", publicUrl: "http://127.0.0.1:4600", progress: { reads: [0, 0] } });
const api = "https://api-singapore.klingai.com/v1/videos/text2video";
const headers = { authorization: "Bearer any-key" };

const model = new MockVideoModelV4({
  async doGenerate({ prompt }) {
    const body = JSON.stringify({ model_name: "kling-v2-6", prompt });
    const made = await (await mock.fetch(api, { method: "POST", headers, body })).json();
    const done = await (await mock.fetch(`${api}/${made.data.task_id}`, { headers })).json();
    const url = done.data.task_result.videos[0].url;
    const response = { timestamp: new Date(), modelId: "kling-v2-6", headers: {} };
    return { videos: [{ type: "url", url, mediaType: "video/mp4" }], warnings: [], response };
  },
});

const prompt = "A boat on a lake";
await generateVideo({ model, prompt }).catch(({ name }) => process.stdout.write(`without it: ${name}\n`));
const { video } = await generateVideo({
  model,
  prompt,
  download: async ({ url }) => {
    const file = await mock.fetch(url);
    return { data: new Uint8Array(await file.arrayBuffer()), mediaType: file.headers.get("content-type") };
  },
});
process.stdout.write(`${video.mediaType} of ${video.uint8Array.length} bytes\n`);
