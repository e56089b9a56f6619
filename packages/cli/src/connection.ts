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
  type TaskRecord,
  type TaskStore,
} from "@klingkit/core";
import { dialects } from "@klingkit/spec";
import { reportEvents } from "./client-events.js";
import type { Io } from "./io.js";
import type { JobNote } from "./job-note.js";
import { fetchThroughProxy, hostOf, proxyFor } from "./proxy.js";
import { notice } from "./report.js";
import { keyVariables } from "./settings.js";
import { isSimulator } from "./simulator.js";
import { openMemory, rememberingStore, type TaskMemory } from "./task-memory.js";

/** Options that say which server is asked and with which key. */
export interface ConnectionOptions {
  readonly dialect?: Dialect;
  readonly baseUrl?: string;
  /** The key may travel unencrypted to another machine. */
  readonly allowHttp?: boolean;
  readonly apiKeyStdin?: boolean;
  /** Nothing will be asked that needs a key. */
  readonly keyless?: boolean;
  /** Name of the environment variable with the key. Default: the one that a profile names, else the usual ones. */
  readonly keyVariable?: string;
}

/** A client, and how to speak of it. */
export interface Connection {
  readonly client: KlingClient;
  readonly address: string;
  /** Another client for the same server, with settings of its own. */
  clientWith(settings: Partial<KlingClientOptions>): KlingClient;
  /** On this machine: answers come fast. */
  readonly isLocal: boolean;
  /** Whether a simulator answers, so that nothing costs credits; undefined where nothing does. Asks the server, once. */
  isSimulated(): Promise<boolean | undefined>;
  /** The tasks of earlier runs; undefined where the simulator in this process ends with them. */
  memory(): Promise<TaskMemory | undefined>;
  close(): Promise<void>;
}

/**
 * A client for the server that options and environment name.
 * @param noteOf for commands that make tasks: what is to be remembered of each
 */
export async function connect(
  options: ConnectionOptions,
  io: Io,
  noteOf?: (record: TaskRecord) => JobNote,
): Promise<Connection> {
  const dialect = dialectOf(options, io);
  const given = addressOf(options, io);
  const isLocal = isLoopback(given);
  const server = { dialect, baseUrl: given, allowHttp: options.allowHttp || options.keyless || false };
  // Without the key, so that a wrong address is not answered with a question for the key.
  const { baseUrl } = createKlingClient({ ...server, apiKey: "unused" });
  if (!options.keyless) checkProvider(baseUrl, dialect);
  const apiKey = await readKey(options, dialect, isLocal, io);
  let isTold = false;
  const fetch = await fetchThroughProxy(baseUrl, io.env, (why, origin) => {
    if (isTold) return;
    isTold = true;
    const { variable = "", proxy = "" } = proxyFor(origin, io.env) ?? {};
    notice(io, `the proxy ${hostOf(proxy)} (from ${variable}) opens no way to ${origin}: ${why}`);
  });
  const isSimulated = once(async () => baseUrl !== dialects[dialect].baseUrl && isSimulator(baseUrl, fetch));
  const memory = once(async () => openMemory(io, (await isSimulated()) ?? false));
  const place = baseUrl === new URL(baseUrl).origin ? {} : { baseUrl };
  const keyVariable = options.apiKeyStdin ? undefined : (options.keyVariable ?? io.keyVariable);
  const way = { ...place, ...(keyVariable === undefined ? {} : { keyVariable }) };
  const taskStore = noteOf
    ? rememberingStore(io, memory, (record) => ({ ...noteOf(record), ...way }))
    : readableStore(memory);
  const onEvent = reportEvents(io, baseUrl);
  const clientWith = (settings: Partial<KlingClientOptions>) =>
    createKlingClient({ ...server, apiKey, fetch, taskStore, onEvent, ...settings });
  const client = clientWith({});
  return { client, clientWith, isLocal, isSimulated, memory, address: client.baseUrl, close: async () => {} };
}

/** @throws InputError for the address of another provider, which would get this one's key */
function checkProvider(baseUrl: string, dialect: Dialect): void {
  const { origin } = new URL(baseUrl);
  const [owner] = Object.entries(dialects).find(([, row]) => row.baseUrl === origin) ?? [dialect];
  if (owner === dialect) return;
  throw new InputError(
    `${origin} speaks the dialect ${owner}, and the dialect is ${dialect}: it would get another provider's key.`,
    `Use --dialect ${owner}, or another address.`,
    "invalid-base-url",
  );
}

/** A command that only asks for tasks must not fail because nothing can be remembered. */
function readableStore(memory: () => Promise<TaskMemory>): TaskStore {
  return {
    claim: async (record) => (await memory()).store.claim(record),
    async update(record) {
      const { store } = await memory();
      const known = await store.find(record).catch(() => undefined);
      if (known) await store.update(record);
    },
    find: async (key) => (await memory()).store.find(key),
    list: async (options) => (await memory()).store.list(options),
  };
}

/** The work is done at most once, when its result is first needed. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

/** The origin of its tasks, so that none is taken for one of the provider's. */
const simulatorHere = "https://mock.klingkit.invalid";

/** A client for a simulator inside this process: no key, no port, no network. */
export async function connectMock(
  options: ConnectionOptions & { readonly seed?: number },
  io: Io,
): Promise<Connection> {
  const { createMock } = await import("@klingkit/mock-server");
  const { createWorkerRenderer } = await import("@klingkit/mock-server/node");
  const dialect = dialectOf(options, io);
  const renderer = createWorkerRenderer();
  // Another seed each time, so that two runs do not give tasks of the same name.
  const mock = createMock({ dialect, renderer, seed: options.seed ?? Date.now() % 2 ** 31 });
  const given = io.env[keyVariables(dialect, io.keyVariable)[0]] ?? "";
  // The simulator's own keys stand for accounts in trouble; a real one has no business there.
  const apiKey = given.startsWith("test-") ? given : "none-needed";
  const clientWith = (settings: Partial<KlingClientOptions>) =>
    createKlingClient({ apiKey, dialect, baseUrl: simulatorHere, fetch: mock.fetch, ...settings });
  return {
    client: clientWith({}),
    clientWith,
    isLocal: true,
    isSimulated: async () => true,
    memory: async () => undefined,
    address: "in this process",
    close: async () => renderer.close?.(),
  };
}

/** The server's address as it was given: by flag, by the environment, or the dialect's own. */
export function addressOf(options: ConnectionOptions, io: Pick<Io, "env">): string {
  return options.baseUrl ?? (io.env.KLINGKIT_BASE_URL || dialects[dialectOf(options, io)].baseUrl);
}

/** The address as a client writes it. @throws InputError for a text that is not an address */
export function serverAt(options: ConnectionOptions, io: Pick<Io, "env">): string {
  const server = { dialect: dialectOf(options, io), baseUrl: addressOf(options, io), allowHttp: true };
  return createKlingClient({ ...server, apiKey: "unused" }).baseUrl;
}

/** @throws InputError for an unknown dialect in the environment */
export function dialectOf(options: ConnectionOptions, io: Pick<Io, "env">): Dialect {
  return readDialect(options.dialect ?? io.env.KLINGKIT_DIALECT);
}

function readDialect(name: string | undefined): Dialect {
  if (name === undefined || name === "") return "cometapi";
  if (Object.hasOwn(dialects, name)) return name as Dialect;
  throw new InputError(`There is no dialect "${name}".`, `Use ${Object.keys(dialects).join(" or ")}.`);
}

async function readKey(options: ConnectionOptions, dialect: Dialect, isLocal: boolean, io: Io): Promise<ApiKey> {
  if (options.apiKeyStdin) return (await text(io.stdin)).trim();
  const [variable, pair] = keyVariables(dialect, options.keyVariable ?? io.keyVariable);
  const key = io.env[variable];
  if (key) return key;
  const { KLING_ACCESS_KEY: accessKey, KLING_SECRET_KEY: secretKey } = io.env;
  if (pair && accessKey && secretKey) return keyPair({ accessKey, secretKey });
  if (isLocal || options.keyless) return "none-needed";
  throw new InputError(
    "There is no API key.",
    `Set ${variable}${pair ? " (or KLING_ACCESS_KEY and KLING_SECRET_KEY)" : ""}, pipe the key into --api-key-stdin, or do without: with klingkit generate <image> --mock, or with --base-url and the address of a simulator (klingkit mock)`,
    "missing-key",
  );
}
