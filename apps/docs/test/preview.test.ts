import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { serveSite } from "../scripts/serve.mjs";

/** A site of two pages on a port. */
async function servedSite() {
  const folder = await mkdtemp(path.join(os.tmpdir(), "klingkit-site-"));
  await mkdir(path.join(folder, "guide"));
  await writeFile(path.join(folder, "404.html"), "not here");
  await writeFile(path.join(folder, "guide", "index.html"), "the guide");
  const server = await serveSite(folder, 0);
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return server.url;
}

it("a page's address without its last slash finds the page", async () => {
  const url = await servedSite();
  const answer = await fetch(`${url}/guide?from=here`);
  expect({ url: answer.url, text: await answer.text() }).toEqual({ url: `${url}/guide/?from=here`, text: "the guide" });
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
  // No address at all, which must not end the server.
  for (const odd of ["//", "/%"]) expect((await fetch(url + odd)).status).toBe(404);
});

it("a port that is taken is said in one sentence, without a stack", async () => {
  const { port } = new URL(await servedSite());
  const preview = path.resolve(import.meta.dirname, "../scripts/preview.mjs");
  const ended = await new Promise((resolve) => {
    execFile(process.execPath, [preview, port], (error, _, stderr) => resolve({ code: error?.code, stderr }));
  });
  expect(ended).toEqual({
    code: 1,
    stderr: `klingkit: Port ${port} is taken; choose another: npm run docs -- 4602\n`,
  });
});
