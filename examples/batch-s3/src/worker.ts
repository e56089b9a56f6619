import { startWorker } from "@klingkit/batch/fleet";
import { createKlingClient } from "@klingkit/core";
import { s3Results } from "./s3-results.ts";

// A worker whose results go into a bucket: `node src/worker.ts` (Node 22.18 or later), as many as you like.
const worker = await startWorker({
  redis: process.env.REDIS_URL ?? "redis://127.0.0.1:6379",
  name: process.env.BATCH ?? "autumn",
  client: (settings) => createKlingClient({ apiKey: process.env.COMETAPI_KEY ?? "", ...settings }),
  storeResult: s3Results({
    endpoint: process.env.S3_ENDPOINT ?? "",
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? "",
  }),
});
process.once("SIGTERM", () => void worker.close());
await worker.ended;
