// The SDKs that klingkit is measured beside, and what a program imports of each to create a task and poll it.

/** @type {readonly { name: string, packages: readonly string[], statement: string }[]} */
export const sdks = [
  { name: "openapi-fetch", packages: ["openapi-fetch@0.17.0"], statement: 'export { default } from "openapi-fetch"' },
  { name: "klingkit", packages: [], statement: 'export { createKlingClient } from "@klingkit/core"' },
  { name: "wavespeed", packages: ["wavespeed@0.3.2"], statement: 'export { Client } from "wavespeed"' },
  { name: "replicate", packages: ["replicate@1.4.0"], statement: 'export { default } from "replicate"' },
  { name: "@runwayml/sdk", packages: ["@runwayml/sdk@4.20.1"], statement: 'export { default } from "@runwayml/sdk"' },
  {
    name: "@fal-ai/client",
    packages: ["@fal-ai/client@1.10.1"],
    statement: 'export { createFalClient } from "@fal-ai/client"',
  },
  { name: "openai", packages: ["openai@6.49.0"], statement: 'export { default } from "openai"' },
  { name: "cometapi", packages: ["cometapi@0.1.3"], statement: 'export { CometAPI } from "cometapi"' },
  {
    name: "@higgsfield/client",
    packages: ["@higgsfield/client@0.2.6"],
    statement: 'export { HiggsfieldClient } from "@higgsfield/client"',
  },
  { name: "@comfyorg/sdk", packages: ["@comfyorg/sdk@0.1.9"], statement: 'export { Comfy } from "@comfyorg/sdk"' },
  { name: "lumaai", packages: ["lumaai@1.19.1"], statement: 'export { default } from "lumaai"' },
  { name: "kling-api", packages: ["kling-api@1.0.0"], statement: 'export { KlingAPI } from "kling-api"' },
  {
    name: "ai + @ai-sdk/fal",
    packages: ["ai@6.0.325", "@ai-sdk/fal@2.0.59"],
    statement: 'export { experimental_generateVideo } from "ai"; export { createFal } from "@ai-sdk/fal"',
  },
  {
    name: "@google/genai",
    packages: ["@google/genai@2.32.0"],
    statement: 'export { GoogleGenAI } from "@google/genai"',
  },
];
