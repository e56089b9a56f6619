import { text } from "node:stream/consumers";
import {
  type ApiKey,
  createKlingClient,
  type Dialect,
  InputError,
  isLoopback,
  type KlingClient,
  type KlingClientOptions,
  keyPair,
} from "@klingkit/core";
import { dialects } from "@klingkit/spec";
import type { Io } from "./io.js";
import { isSimulator } from "./simulator.js";
import { reportSlowAnswers } from "./slow-answers.js";

/** Options that say which server is asked and with which key. */
export interface ConnectionOptions {
  readonly dialect?: Dialect;
  readonly baseUrl?: string;
  /** The key may travel unencrypted to another machine. */
  readonly allowHttp?: boolean;
  readonly apiKeyStdin?: boolean;
  /** Nothing will be asked that needs a key. */
  readonly keyless?: boolean;
}

/** A client, and how to speak of it. */
export interface Connection {
  readonly client: KlingClient;
  readonly address: string;
  /** Another client for the same server, with settings of its own. */
  clientWith(settings: Partial<KlingClientOptions>): KlingClient;
  /** On this machine: answers come fast. */
  readonly near: boolean;
  /** Asks the server; false when credits can be spent. */
  isSimulated(): Promise<boolean>;
  close(): Promise<void>;
}

/** A client for the server that options and environment name. */
export async function connect(options: ConnectionOptions, io: Io): Promise<Connection> {
  const dialect = readDialect(options.dialect ?? io.env.KLINGKIT_DIALECT);
  const baseUrl = options.baseUrl ?? (io.env.KLINGKIT_BASE_URL || dialects[dialect].baseUrl);
  const near = isLoopback(baseUrl);
  // Made once without the key, so that a wrong address is not answered with a question for the key.
  const server = { dialect, baseUrl, allowHttp: options.allowHttp || options.keyless || false };
  createKlingClient({ ...server, apiKey: "unused" });
  const apiKey = await readKey(options, dialect, near, io);
  const onEvent = reportSlowAnswers(io, baseUrl);
  const clientWith = (settings: Partial<KlingClientOptions>) =>
    createKlingClient({ ...server, apiKey, onEvent, ...settings });
  const client = clientWith({});
  const isSimulated = async () => near && isSimulator(client.baseUrl);
  return { client, clientWith, near, isSimulated, address: client.baseUrl, close: async () => {} };
}

/** A client for a simulator inside this process: no key, no port, no network. */
export async function connectMock(
  options: ConnectionOptions & { readonly seed?: number },
  io: Io,
): Promise<Connection> {
  const { createMock } = await import("@klingkit/mock-server");
  const { createWorkerRenderer } = await import("@klingkit/mock-server/node");
  const dialect = readDialect(options.dialect ?? io.env.KLINGKIT_DIALECT);
  const renderer = createWorkerRenderer();
  // Another seed each time, so that two runs do not give tasks of the same name.
  const mock = createMock({ dialect, renderer, seed: options.seed ?? Date.now() % 2 ** 31 });
  const clientWith = (settings: Partial<KlingClientOptions>) =>
    createKlingClient({ apiKey: "none-needed", dialect, fetch: mock.fetch, ...settings });
  return {
    client: clientWith({}),
    clientWith,
    near: true,
    isSimulated: async () => true,
    address: "in this process",
    close: async () => renderer.close?.(),
  };
}

function readDialect(name: string | undefined): Dialect {
  if (name === undefined || name === "") return "cometapi";
  if (name in dialects) return name as Dialect;
  throw new InputError(`There is no dialect "${name}".`, `Use ${Object.keys(dialects).join(" or ")}.`);
}

async function readKey(options: ConnectionOptions, dialect: Dialect, near: boolean, io: Io): Promise<ApiKey> {
  if (options.apiKeyStdin) return (await text(io.stdin)).trim();
  const variable = dialect === "kling" ? "KLING_API_KEY" : "COMETAPI_KEY";
  const key = io.env[variable];
  if (key) return key;
  const { KLING_ACCESS_KEY: accessKey, KLING_SECRET_KEY: secretKey } = io.env;
  if (dialect === "kling" && accessKey && secretKey) return keyPair({ accessKey, secretKey });
  if (near || options.keyless) return "none-needed";
  throw new InputError(
    "There is no API key.",
    `Set ${variable}${dialect === "kling" ? " (or KLING_ACCESS_KEY and KLING_SECRET_KEY)" : ""}, pipe the key into --api-key-stdin, or try it for free with: klingkit generate <image> --mock`,
    "missing-key",
  );
}
