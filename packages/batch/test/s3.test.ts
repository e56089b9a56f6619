import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { s3Results } from "../../../examples/batch-s3/src/s3-results.js";
import { storeResults } from "../src/store-result.js";

/** What a bucket keeps, by key. */
const objects = new Map<string, { readonly bytes: Buffer; readonly type: string | undefined }>();
/** Parts of uploads that are not complete, by key. */
const uploads = new Map<string, { readonly type: string | undefined; readonly parts: Map<number, Buffer> }>();
const signed: boolean[] = [];

/** As much of S3 as an upload in parts needs. */
const server = createServer(async (request, response) => {
  const bytes = await buffer(request);
  const { authorization = "", "x-amz-content-sha256": hash, "content-type": type } = request.headers;
  const isWhole = hash === "UNSIGNED-PAYLOAD" || hash === createHash("sha256").update(bytes).digest("hex");
  signed.push(isWhole && /^AWS4-HMAC-SHA256 Credential=test-key\/\d{8}\/eu-1\/s3\/aws4_request/.test(authorization));
  const { pathname: key, searchParams } = new URL(request.url ?? "/", "http://bucket");
  const [found, upload] = [objects.get(key), uploads.get(key)];
  if (request.method === "POST" && searchParams.has("uploads")) {
    uploads.set(key, { type, parts: new Map() });
    response.end("<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
  } else if (request.method === "PUT" && upload) {
    upload.parts.set(Number(searchParams.get("partNumber")), bytes);
    response.writeHead(200, { etag: '"part"' }).end();
  } else if (request.method === "POST" && upload) {
    const parts = [...upload.parts].sort(([left], [right]) => left - right).map(([, part]) => part);
    objects.set(key, { bytes: Buffer.concat(parts), type: upload.type });
    response.end('<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>');
  } else if (found) response.writeHead(200, { "content-length": found.bytes.length }).end();
  else response.writeHead(404).end();
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

it("streams a task's video into a bucket, in the place of an edited row's old one of the same size", async () => {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/videos`;
  const keys = { accessKeyId: "test-key", secretAccessKey: "test-secret" };
  const storeResult = s3Results({ endpoint, region: "eu-1", prefix: "autumn/", ...keys });
  const mock = createMock({ dialect: "kling", timing: { submittedMs: 1, processingMs: 1 } });
  const client = createKlingClient({ apiKey: "k", dialect: "kling", fetch: mock.fetch });
  const body = { image: "https://cdn.example.com/a.png", model_name: "kling-v2-6" } as const;
  const task = { ...(await client.image2video.generate(body)), family: "image2video" };
  const row = { id: "cup", family: "image2video", body, digest: "d", units: null, usd: null };
  const store = () => storeResults(client, task, { row, storeResult, signal: undefined });
  expect(await store()).toEqual([`${endpoint}/autumn/cup.mp4`]);
  const { bytes, type } = objects.get("/videos/autumn/cup.mp4") ?? {};
  expect([type, bytes?.subarray(4, 8).toString()]).toEqual(["video/mp4", "ftyp"]);
  objects.set("/videos/autumn/cup.mp4", { bytes: Buffer.alloc(bytes?.length ?? 0), type });
  expect(await store()).toEqual([`${endpoint}/autumn/cup.mp4`]);
  expect(bytes && objects.get("/videos/autumn/cup.mp4")?.bytes.equals(bytes)).toBe(true);
  expect(signed.every(Boolean)).toBe(true);
});

it.each([
  ["with an extension", "clip.mp4", "cup.mp4"],
  ["with a stream of another file system", "clip.mp4:stream", "cup"],
  ["with a folder above", "clip.%2e%2e%2fup", "cup"],
  ["too long for a file", `clip.${"x".repeat(300)}`, "cup"],
])("names a result after its row, whatever its host calls it: %s", async (_, place, name) => {
  const fetch = async () => new Response("\0\0\0\x18ftypisom");
  const client = createKlingClient({ apiKey: "k", fetch });
  const task_result = { videos: [{ id: "1", url: `https://cdn.example.com/${place}`, duration: "5" }] };
  const task = { family: "image2video", task_id: "1", task_status: "succeed", task_result };
  const row = { id: "cup", family: "image2video", body: {}, digest: "d", units: null, usd: null };
  const storeResult = async () => undefined;
  expect(await storeResults(client, task, { row, storeResult, signal: undefined })).toEqual([name]);
});
