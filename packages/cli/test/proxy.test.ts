import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { emptyFolder, klingkit, simulator } from "./helpers.js";

/** A proxy that opens a tunnel to one port whatever host is asked for, or answers every CONNECT with a refusal. */
async function startProxy(port: number | undefined) {
  const asked: string[] = [];
  const proxy = createServer((_, response) => response.writeHead(501).end());
  proxy.on("connect", (request, client, head) => {
    asked.push(request.url ?? "");
    if (port === undefined) return void client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    const server = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      server.write(head);
      server.pipe(client).pipe(server);
    });
    for (const socket of [server, client]) socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void proxy.close());
  onTestFinished(() => proxy.closeAllConnections());
  const { host, url } = { host: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, url: "http://user:secret-word@" };
  return { asked, host, url: `${url}${host}` };
}

const submit = ["submit", "text2video", "--model-name", "kling-v3", "--prompt", "A boat"];
const through = [...submit, "--base-url", "http://gateway.example", "--allow-http"];

describe("a proxy of the environment", () => {
  it("is the way to the server, also for the question whether that is a simulator", async () => {
    const { url, mock } = await simulator();
    const proxy = await startProxy(Number(new URL(url).port));
    const { code, err } = await klingkit(through, { env: { HTTP_PROXY: proxy.url, COMETAPI_KEY: "sk-1" } });
    expect({ code, tasks: mock.tasks.size }, err).toEqual({ code: 0, tasks: 1 });
    expect(err).toContain("SIMULATED http://gateway.example: free");
    expect(new Set(proxy.asked)).toEqual(new Set(["gateway.example:80"]));
  });

  it("that opens no way is named without its password; nothing was sent, and the command ends", async () => {
    const proxy = await startProxy(undefined);
    const args = [...submit, "--base-url", "https://gateway.example"];
    const { code, err } = await klingkit(args, { env: { HTTPS_PROXY: proxy.url, COMETAPI_KEY: "sk-1" } });
    expect(code, err).toBe(9);
    expect(err).toContain(`the proxy ${proxy.host} (from HTTPS_PROXY) opens no way to https://gateway.example: `);
    expect(err).not.toContain("secret-word");
    expect(err).not.toContain("Find out with");
  });

  it("is the way to a result, also where the gateway is reached without it", async () => {
    const { url } = await simulator();
    const proxy = await startProxy(undefined);
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: "127.0.0.1" };
    const address = "https://cdn.example/a.mp4?sign=secret-word";
    const { code, err } = await klingkit(["download", address, "--base-url", url], { env, cwd: await emptyFolder() });
    expect(code, err).toBe(9);
    expect(new Set(proxy.asked)).toEqual(new Set(["cdn.example:443"]));
    expect(err).toContain(`the proxy ${proxy.host} (from HTTPS_PROXY) opens no way to https://cdn.example: `);
    expect(err).not.toContain("secret-word");
  });

  it.each([
    ["for this machine", {}],
    ["for a host that NO_PROXY names", { NO_PROXY: "localhost,127.0.0.1" }],
  ])("is not used %s", async (_, more) => {
    const { url } = await simulator();
    const proxy = await startProxy(undefined);
    const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, ...more };
    expect((await klingkit([...submit, "--base-url", url], { env })).code).toBe(0);
    expect(proxy.asked).toEqual([]);
  });

  it.each(["10.0.0.1:3128", "user:secret-word@proxy.example:3128", "not an address"])(
    "whose address has no scheme (%s) is told in one sentence, and no bug, without its password",
    async (proxy) => {
      const env = { HTTPS_PROXY: proxy, COMETAPI_KEY: "sk-1" };
      const to = ["--base-url", "https://gateway.invalid"];
      const { code, err } = await klingkit([...submit, ...to], { env });
      expect([code, err]).toEqual([
        3,
        "klingkit: HTTPS_PROXY is not the address of a proxy. Set it to http://host:port.\n",
      ]);
      const seen = await klingkit(["doctor", ...to], { env });
      expect([seen.code, seen.out]).toEqual([3, expect.stringContaining("HTTPS_PROXY is not the address of a proxy.")]);
      expect(seen.out).not.toContain("secret-word");
    },
  );

  it("is shown by doctor, which reaches the server through it", async () => {
    const { url } = await simulator();
    const proxy = await startProxy(Number(new URL(url).port));
    const env = { HTTP_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: "/etc/company.pem", COMETAPI_KEY: "sk-1" };
    const { out } = await klingkit(["doctor", "--base-url", "http://gateway.example"], { env });
    expect(out).toContain(`${proxy.host}, from HTTP_PROXY; certificates of /etc/company.pem`);
    expect(out).toContain("http://gateway.example answers: SIMULATED");
    expect(out).not.toContain("secret-word");
  });
});
