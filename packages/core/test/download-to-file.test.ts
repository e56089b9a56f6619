import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { createKlingClient, ResponseFormatError } from "@klingkit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { downloadToFile } from "./download-kit.js";
import { answer, networkFault, results, task, world } from "./helpers.js";

const address = "https://cdn.example.com/v.mp4";
const movie = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypisom"), Buffer.alloc(4_000, 7)]);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "klingkit-download-"));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

function bytes(content: Uint8Array, headers: Record<string, string> = { "content-type": "video/mp4" }): () => Response {
  return () => new Response(new Uint8Array(content), { headers });
}

/** A body of these chunks that then breaks, or stays open. */
function streaming(chunks: readonly Uint8Array[], end: "break" | "hang"): () => Response {
  return () => {
    const left = [...chunks];
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const chunk = left.shift();
      if (chunk) controller.enqueue(chunk);
      else if (end === "break") controller.error(new TypeError("terminated"));
      else return new Promise<void>(() => {});
      return undefined;
    };
    const headers = { "content-type": "video/mp4", "content-length": String(movie.length) };
    return new Response(new ReadableStream({ pull }), { headers });
  };
}

describe("a result", () => {
  it("lies in its file, whole, with nothing beside it", async () => {
    const { client } = world([bytes(movie)]);
    const file = path.join(folder, "out.mp4");
    const seen: number[] = [];
    const onProgress = ({ received }: { readonly received: number }) => seen.push(received);
    const done = await downloadToFile(client, task("succeed", { task_result: results }), file, { onProgress });
    expect(done).toEqual({ path: file, size: movie.length });
    expect(await readFile(file)).toEqual(movie);
    expect(await readdir(folder)).toEqual(["out.mp4"]);
    expect(seen.at(-1)).toBe(movie.length);
  });

  it("of two downloads at the same moment into the same file is whole once, and the other is told", async () => {
    const { client } = world([bytes(movie)]);
    const file = path.join(folder, "out.mp4");
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => downloadToFile(client, address, file)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toHaveProperty("code", "file-exists");
    }
    expect(await readFile(file)).toEqual(movie);
    expect(await readdir(folder)).toEqual(["out.mp4"]);
  });

  it("may have a name as long as names can be", async () => {
    const { client } = world([bytes(movie)]);
    for (const name of [`${"n".repeat(251)}.mp4`, `${"猫".repeat(83)}.mp4`]) {
      await downloadToFile(client, address, path.join(folder, name));
      expect(await readdir(folder)).toContain(name);
    }
  });

  it("that is a picture or of no announced type is taken for what it is", async () => {
    const picture = world([bytes(Buffer.from("\x89PNG", "latin1"), { "content-type": "image/png" })]);
    await downloadToFile(picture.client, "https://cdn.example.com/p.png", path.join(folder, "p.png"));
    const untyped = world([bytes(movie, {})]);
    await downloadToFile(untyped.client, address, path.join(folder, "u.mp4"));
    expect((await readdir(folder)).sort()).toEqual(["p.png", "u.mp4"]);
  });
});

describe("nothing is left behind by", () => {
  const bad: Readonly<Record<string, readonly [() => Response, string]>> = {
    "a body that breaks off": [streaming([movie.subarray(0, 100)], "break"), "connection-lost"],
    "fewer bytes than announced": [
      bytes(movie, { "content-type": "video/mp4", "content-length": "9999" }),
      "connection-lost",
    ],
    "more bytes than announced": [bytes(movie, { "content-type": "video/mp4", "content-length": "9" }), "bad-media"],
    "a page instead of a video": [
      bytes(Buffer.from("<html>gone</html>"), { "content-type": "text/html" }),
      "bad-media",
    ],
    "JSON instead of a video": [bytes(Buffer.from('{"code":1}'), { "content-type": "application/json" }), "bad-media"],
    "a page that calls itself a video": [bytes(Buffer.from("<html>gone</html>")), "bad-media"],
    "a picture where an MP4 was due": [
      bytes(Buffer.from("\x89PNG", "latin1"), { "content-type": "image/png" }),
      "bad-media",
    ],
    "an empty body": [bytes(Buffer.alloc(0)), "connection-lost"],
    "a video that is shorter than its own name": [bytes(movie.subarray(0, 6)), "bad-media"],
    "a result that is gone": [answer(410, "no"), "result-gone"],
  };

  it.each(Object.entries(bad))("%s", async (_, [step, code]) => {
    const { client } = world([step], { retry: { attempts: 1 } });
    const file = path.join(folder, "out.mp4");
    await expect(downloadToFile(client, address, file)).rejects.toHaveProperty("code", code);
    await writeFile(file, "precious");
    await expect(downloadToFile(client, address, file, { force: true })).rejects.toHaveProperty("code", code);
    expect(await readFile(file, "utf8")).toBe("precious");
    expect(await readdir(folder)).toEqual(["out.mp4"]);
  });

  it("a connection that breaks before the body", async () => {
    const { client } = world([networkFault("ECONNRESET")], { retry: { attempts: 1 } });
    const call = downloadToFile(client, address, path.join(folder, "out.mp4"));
    await expect(call).rejects.toHaveProperty("code", "connection-lost");
    expect(await readdir(folder)).toEqual([]);
  });

  it("an abort in the middle", async () => {
    const { client } = world([streaming([movie.subarray(0, 2_000)], "hang")]);
    const controller = new AbortController();
    const call = downloadToFile(client, address, path.join(folder, "out.mp4"), {
      signal: controller.signal,
      onProgress: () => controller.abort("stop"),
    });
    await expect(call).rejects.toMatchObject({ name: "AbortedError", cause: "stop" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("an observer that throws", async () => {
    const { client } = world([bytes(movie)]);
    const onProgress = () => {
      throw new Error("mine");
    };
    await expect(downloadToFile(client, address, path.join(folder, "out.mp4"), { onProgress })).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a file", () => {
  it("that is there is kept, without a request, unless `force` is given", async () => {
    const { client, sent } = world([bytes(movie)]);
    const file = path.join(folder, "out.mp4");
    await writeFile(file, "precious");
    await expect(downloadToFile(client, address, file)).rejects.toHaveProperty("code", "file-exists");
    expect(await readFile(file, "utf8")).toBe("precious");
    expect(sent).toHaveLength(0);
    await downloadToFile(client, address, file, { force: true });
    expect(await readFile(file)).toEqual(movie);
    expect(await readdir(folder)).toEqual(["out.mp4"]);
  });

  it("that appears meanwhile is kept too", async () => {
    const file = path.join(folder, "out.mp4");
    const { client } = world([() => new Response(slowly(movie))]);
    const onProgress = () => void writeFile(file, "precious");
    await expect(downloadToFile(client, address, file, { onProgress })).rejects.toHaveProperty("code", "file-exists");
    expect(await readFile(file, "utf8")).toBe("precious");
  });

  it("in a folder that is missing is refused without a request", async () => {
    const { client, sent } = world([bytes(movie)]);
    const call = downloadToFile(client, address, path.join(folder, "missing", "out.mp4"));
    await expect(call).rejects.toMatchObject({ name: "InputError", code: "file-not-writable" });
    expect(sent).toHaveLength(0);
  });

  it("that is a folder is refused, with and without `force`", async () => {
    const { client } = world([bytes(movie)]);
    const file = path.join(folder, "out");
    await mkdir(file);
    await expect(downloadToFile(client, address, file)).rejects.toHaveProperty("name", "InputError");
    await expect(downloadToFile(client, address, file, { force: true })).rejects.toHaveProperty("name", "InputError");
    expect(await readdir(folder)).toEqual(["out"]);
  });

  it.skipIf(process.getuid?.() === 0)("in a folder that may not be written to is refused", async () => {
    const { client, sent } = world([bytes(movie)]);
    await chmod(folder, 0o500);
    const call = downloadToFile(client, address, path.join(folder, "out.mp4"));
    await expect(call).rejects.toHaveProperty("code", "file-not-writable");
    expect(sent).toHaveLength(0);
  });

  it("below something that is no folder is refused", async () => {
    const { client } = world([bytes(movie)]);
    await writeFile(path.join(folder, "file"), "x");
    const call = downloadToFile(client, address, path.join(folder, "file", "out.mp4"));
    await expect(call).rejects.toHaveProperty("code", "file-not-writable");
  });
});

describe("over a real connection", () => {
  it("a compressed body's length is not mistaken for the file's, and a cut one is noticed", async () => {
    const server = createServer((request, response) => {
      if (request.url === "/gzip.mp4") {
        const body = gzipSync(movie);
        response.writeHead(200, {
          "content-type": "video/mp4",
          "content-encoding": "gzip",
          "content-length": body.length,
        });
        response.end(body);
        return;
      }
      response.writeHead(200, { "content-type": "video/mp4", "content-length": movie.length });
      response.write(movie.subarray(0, 500), () => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const client = createKlingClient({ apiKey: "sk-test-key", baseUrl: origin, retry: { firstDelayMs: 1 } });
      const file = path.join(folder, "out.mp4");
      expect(await downloadToFile(client, `${origin}/gzip.mp4`, file)).toHaveProperty("size", movie.length);
      const cut = downloadToFile(client, `${origin}/cut.mp4`, path.join(folder, "cut.mp4"));
      await expect(cut).rejects.toHaveProperty("retry", "after-delay");
      await expect(cut).rejects.not.toBeInstanceOf(ResponseFormatError);
      expect(await readdir(folder)).toEqual(["out.mp4"]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

/** The bytes in many small turns, so that other things happen in between. */
function slowly(content: Uint8Array): ReadableStream<Uint8Array> {
  let position = 0;
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setImmediate(resolve));
      if (position >= content.length) controller.close();
      else controller.enqueue(new Uint8Array(content.subarray(position, position + 500)));
      position += 500;
    },
  });
}
