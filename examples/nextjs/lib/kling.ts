import { createKlingClient, type KlingClient, type MediaInput } from "@klingkit/core";
import { prepare } from "@klingkit/core/inputs";
import { fileTaskStore } from "@klingkit/core/node";

let client: KlingClient<MediaInput> | undefined;

/**
 * The app's one client. In development KLINGKIT_BASE_URL is the simulator's address. The store in files fits one server
 * with a disk; on serverless hosting give a store on your database.
 */
export function kling(): KlingClient<MediaInput> {
  const { COMETAPI_KEY = "", KLINGKIT_BASE_URL, KLING_TASKS = "./kling-tasks" } = process.env;
  client ??= createKlingClient({
    apiKey: COMETAPI_KEY,
    baseUrl: KLINGKIT_BASE_URL || undefined,
    taskStore: fileTaskStore(KLING_TASKS),
    prepare,
  });
  return client;
}
