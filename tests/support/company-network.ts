import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type MockServer, startMockServer } from "@klingkit/mock-server/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipWithout } from "./tools.js";

const execute = promisify(execFile);
const host = "gateway.example";
const { skip, note } = skipWithout("openssl");

/**
 * Tests of the packed command line where the only way out is a proxy that speaks TLS itself, and proxy and server have
 * certificates of a company's own authority.
 */
export function describeCompanyNetwork(binary: () => string): void {
  describe.skipIf(skip)(`in a company's network${note}`, () => {
    let folder: string;
    let simulator: MockServer;
    let gateway: Server;
    let proxy: Server;
    const asked: string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), "klingkit-company-"));
      const certificate = await makeCertificate(folder);
      simulator = await startMockServer({ port: 0, render: "none" });
      gateway = await listening(createServer(certificate, (incoming, answer) => pass(incoming, answer, simulator.url)));
      proxy = await listening(createServer(certificate, (_, answer) => answer.writeHead(501).end()));
      proxy.on("connect", ({ url = "" }: IncomingMessage, client: Socket) => {
        asked.push(url);
        tunnel(client, portOf(gateway));
      });
    });
    afterAll(async () => {
      for (const server of [proxy, gateway]) {
        server.close();
        server.closeAllConnections();
      }
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    });

    const klingkit = async (args: readonly string[], more: Readonly<Record<string, string>>) => {
      const env = {
        ...{ ...process.env, COMETAPI_KEY: "sk-1", KLINGKIT_STATE_DIR: folder },
        ...{ KLINGKIT_BASE_URL: `https://${host}`, HTTPS_PROXY: `https://127.0.0.1:${portOf(proxy)}`, ...more },
      };
      const command = execute(process.execPath, [binary(), ...args], { cwd: folder, env });
      return command.then(
        ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
        ({ code, stdout, stderr }) => ({ code, text: stdout + stderr }),
      );
    };
    const submit = ["submit", "text2video", "--model-name", "kling-v3", "--prompt", "A boat"];
    const trusting = () => ({ NODE_EXTRA_CA_CERTS: path.join(folder, "authority.pem") });

    it("goes through the proxy, and trusts the company's certificates", async () => {
      const { code, text } = await klingkit(submit, trusting());
      expect(code, text).toBe(0);
      expect(text).toContain(`SIMULATED https://${host}: free`);
      expect(simulator.mock.tasks.size).toBe(1);
      expect(new Set(asked)).toEqual(new Set([`${host}:443`]));
      const doctor = await klingkit(["doctor"], trusting());
      expect(doctor.text).toContain(`127.0.0.1:${portOf(proxy)}, from HTTPS_PROXY; certificates of ${folder}`);
      expect(doctor.text).toContain(`https://${host} answers: SIMULATED`);
    });

    it("without those certificates sends nothing, and says how to name them", async () => {
      const { code, text } = await klingkit(submit, {});
      expect(code, text).toBe(9);
      expect(text).toContain("NODE_EXTRA_CA_CERTS");
      expect(simulator.mock.tasks.size).toBe(1);
    });

    it("reaches a server on this machine without the proxy", async () => {
      const before = asked.length;
      const { code, text } = await klingkit([...submit, "--base-url", simulator.url], {});
      expect(code, text).toBe(0);
      expect(asked).toHaveLength(before);
    });
  });
}

/** A key and a certificate of `gateway.example` and of this machine, by an authority made for this test alone. */
async function makeCertificate(folder: string) {
  const openssl = (...args: string[]) => execute("openssl", args, { cwd: folder });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "a.key",
    "-out",
    "authority.pem",
    "-days",
    "2",
    "-subj",
    "/CN=Company",
  );
  await openssl("req", ...key, "-keyout", "s.key", "-out", "s.csr", "-subj", `/CN=${host}`);
  await writeFile(path.join(folder, "names"), `subjectAltName=DNS:${host},IP:127.0.0.1`);
  const by = ["-CA", "authority.pem", "-CAkey", "a.key", "-CAcreateserial", "-extfile", "names"];
  await openssl("x509", "-req", "-in", "s.csr", ...by, "-days", "2", "-out", "s.pem");
  const read = (name: string) => readFile(path.join(folder, name));
  return { key: await read("s.key"), cert: await read("s.pem") };
}

async function listening(server: Server): Promise<Server> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Hands a request on to the simulator, and its answer back. */
function pass(incoming: IncomingMessage, answer: ServerResponse, origin: string): void {
  const { url = "/", method, headers } = incoming;
  const onward = request(new URL(url, origin), { method, headers });
  onward.on("response", (reply) => reply.pipe(answer.writeHead(reply.statusCode ?? 502, reply.headers)));
  onward.on("error", () => answer.destroy());
  incoming.pipe(onward);
}

/** What a proxy does after CONNECT: bytes go to and fro. */
function tunnel(client: Socket, port: number): void {
  const server = connect(port, "127.0.0.1", () => {
    client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    server.pipe(client).pipe(server);
  });
  for (const socket of [server, client]) socket.on("error", () => {});
}
