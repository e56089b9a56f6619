import openai from "./openai.mjs";

/** @type {import("../adapter.mjs").Adapter} */
export default {
  ...openai,
  name: "cometapi",
  packages: ["cometapi@0.1.3"],
  note: "CometAPI's own SDK, a subclass of OpenAI's client: it promises no video calls, these are the inherited ones.",
  client({ load, ...given }) {
    return openai.client({ ...given, load: async () => ({ default: (await load("cometapi")).CometAPI }) });
  },
};
