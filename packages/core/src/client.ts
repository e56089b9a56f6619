import type { CallTypes, Dialect, Family, FamilyTypes } from "@klingkit/spec";
import { calls, families, servers } from "@klingkit/spec/client";
import { callQuietly, isLoopback } from "@klingkit/spec/web";
import { withContext } from "./client-context.js";
import type { ClientContext } from "./context.js";
import { InputError, type PartialHandle } from "./errors/index.js";
import type { KlingEvent } from "./events.js";
import { keysOf } from "./http/authentication.js";
import { createDoor, type HttpDoor } from "./http/door.js";
import { Http } from "./http/http.js";
import { retryPolicy } from "./http/retry.js";
import type { MediaInput, WithInputs } from "./inputs/media-input.js";
import { systemClock } from "./lib/clock.js";
import { rowNamed } from "./lib/names.js";
import { checkAccount, checkNumbers } from "./lib/settings.js";
import type { CallOptions, KlingClientOptions } from "./options.js";
import type { Prepare, TaskRecord } from "./ports.js";
import { createDigestOf } from "./submit/digest.js";
import { submit } from "./submit/submit.js";
import { checkedStore, pending } from "./task-store/store-access.js";
import { memoryTaskStore } from "./task-store/task-records.js";
import { callOnce } from "./tasks/call.js";
import type { FamilyName, Task } from "./tasks/family-task.js";
import { get } from "./tasks/get.js";
import type { TaskReference } from "./tasks/handle.js";
import { type ListQuery, list } from "./tasks/list.js";
import { resume, type SettledAs, settle } from "./tasks/resume.js";
import type { AnyTask } from "./tasks/task.js";
import { checkWaitOptions, type WaitOptions, wait } from "./tasks/wait.js";

/**
 * The methods of one family, which is a kind of task. @typeParam Media what pictures and sounds may be besides text:
 * see `KlingClient`
 */
export interface FamilyClient<Name extends FamilyName, Media = never> {
  /**
   * Creates a task. This is a paid request; it is never sent again while a task may exist. Resolves to the provider's
   * answer, which is a handle.
   * @throws SubmitOutcomeUnknownError when it can't be known whether a task was made
   */
  submit(body: FamilyRequest<Name, Media>, options?: CallOptions): Promise<Task<Name>>;
  /** Queries the task once. A query costs nothing. */
  get(task: TaskReference, options?: CallOptions): Promise<Task<Name>>;
  /** One page of tasks, newest first. CometAPI documents no list. */
  list(query?: ListQuery, options?: CallOptions): Promise<Task<Name>[]>;
  /**
   * Waits until the task has succeeded.
   * @throws TaskFailedError, WaitTimeoutError, AbortedError
   */
  wait(task: TaskReference, options?: WaitOptions<Task<Name>>): Promise<Task<Name>>;
  /**
   * `submit` and then `wait`. `onStatus` is first called with the submitted task, so that you can store its id at once.
   */
  generate(body: FamilyRequest<Name, Media>, options?: WaitOptions<Task<Name>>): Promise<Task<Name>>;
}

/** The body of a family's create. @typeParam Media see `KlingClient` */
export type FamilyRequest<Name extends FamilyName, Media = never> = WithInputs<FamilyTypes[Name]["request"], Media>;

/** Name of an operation that answers at once. */
export type CallName = keyof CallTypes;

/** An operation that answers at once, without a task to wait for. Resolves to the answer's `data`. */
export type CallMethod<Name extends CallName, Media = never> = (
  request: WithInputs<CallTypes[Name]["request"], Media>,
  options?: CallOptions,
) => Promise<CallTypes[Name]["answer"]>;

// Mapped over `keyof` directly: only then does an editor show what the contract says of each member.
/**
 * The client: every family and call by its name, and what they have in common.
 * @typeParam Media what pictures and sounds may be besides an address or base64: `MediaInput` if the client was given
 * `prepare`, otherwise nothing. A client that accepts more can be used wherever a plain `KlingClient` is expected
 */
export type KlingClient<Media = never> = { readonly [Name in keyof FamilyTypes]: FamilyClient<Name, Media> } & {
  readonly [Name in keyof CallTypes]: CallMethod<Name, Media>;
} & {
  /** A family by its name, for code that works with several. */
  family<Name extends FamilyName>(name: Name): FamilyClient<Name, Media>;
  /**
   * A family by a name that is only known at run time.
   * @throws InputError for a name the contract does not have
   */
  family(name: string): FamilyClient<FamilyName, Media>;
  /** A call by a name that is only known at run time. @throws InputError for a name the contract does not have */
  call(name: string, request: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<unknown>;
  /** Records of paid requests whose tasks have not been seen to end. After a crash, a new process resumes these. */
  pending(): Promise<readonly TaskRecord[]>;
  /** Waits for a task by its handle, even if its task id is not known yet. The handle's family tells the task's type. */
  resume<Name extends FamilyName>(
    handle: PartialHandle & { readonly family: Name },
    options?: WaitOptions<Task<Name>>,
  ): Promise<Task<Name>>;
  /** Waits for a task of any family by its handle, even if its task id is not known yet. */
  resume(handle: PartialHandle, options?: WaitOptions): Promise<AnyTask>;
  /**
   * Tells the client what became of a request whose outcome is unknown. Look into the provider's console and its bills
   * first. After `"absent"` the client may send the same `external_task_id` again; if the task exists after all, you
   * pay twice.
   * @throws InputError while the request may still be being sent, for a task that is known to exist, and for a handle
   * that the task store does not know
   */
  settle(handle: PartialHandle, as: SettledAs): Promise<void>;
  /** The contract's paths, typed by openapi-fetch, with the key, the limits and the errors of this client. */
  readonly http: HttpDoor;
  /** Which server the client uses, and how it answers: `cometapi` or `kling`. */
  readonly dialect: Dialect;
  /** Address the requests go to: an origin, and the path of a reverse proxy. */
  readonly baseUrl: string;
  /** Whether the server is on this machine or in this process. Then it is a simulator, and may be queried often. */
  readonly isLocal: boolean;
};

/**
 * Makes a client. Nothing is sent until a call is made, nothing is logged, and no environment is read.
 * @throws InputError for a key, dialect or base URL that can't be used
 */
export function createKlingClient(options: KlingClientOptions & { readonly prepare: Prepare }): KlingClient<MediaInput>;
export function createKlingClient(options: KlingClientOptions): KlingClient;
export function createKlingClient(options: KlingClientOptions): KlingClient<MediaInput> {
  const context = contextFrom(options);
  const clients = mapValues(families, (family) => familyClient(context, family));
  const methods = mapValues(
    calls,
    (call) =>
      (request: Record<string, unknown> = {}, callOptions: CallOptions = {}) =>
        callOnce(context, call, request, callOptions),
  );
  // The tables are keyed by any text; which names there are, only the generated types know.
  const client: object = {
    ...clients,
    ...methods,
    family: (name: string) => rowNamed("family", clients, name),
    call: async (name: string, request: Record<string, unknown>, callOptions?: CallOptions) =>
      rowNamed("call", methods, name)(request, callOptions),
    pending: () => pending(context),
    resume: async (handle: PartialHandle, waitOptions: WaitOptions = {}) =>
      resume(context, rowNamed("family", families, handle?.family), handle, waitOptions),
    settle: async (handle: PartialHandle, as: SettledAs) =>
      settle(context, rowNamed("family", families, handle?.family), handle, as),
    http: createDoor(context),
    dialect: context.dialect,
    baseUrl: context.baseUrl,
    isLocal: context.isLocal,
  };
  return withContext(client, context) as KlingClient<MediaInput>;
}

function mapValues<Row, Value>(table: Readonly<Record<string, Row>>, map: (row: Row) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(table).map(([name, row]) => [name, map(row)]));
}

/** The settings with their defaults; the key goes to `Http` and nowhere else. */
function contextFrom({ apiKey, onEvent, ...options }: KlingClientOptions): ClientContext {
  const { timeoutMs = 30_000, submitTimeoutMs = 120_000, waitTimeoutMs = 30 * 60_000, retry } = options;
  const { settleMs, maxAnswerBytes = 16 * 1024 * 1024 } = options;
  checkNumbers({ timeoutMs, submitTimeoutMs, waitTimeoutMs, settleMs, maxAnswerBytes, ...retry });
  const { dialect = "cometapi", fetch = globalThis.fetch.bind(globalThis), clock = systemClock } = options;
  const server = rowNamed("dialect", servers, dialect);
  const baseUrl = normaliseBaseUrl(options.baseUrl ?? server.baseUrl);
  const isLocal = isLoopback(baseUrl) || Symbol.for("klingkit.mock") in fetch;
  if (!isLocal && options.allowHttp !== true && baseUrl.startsWith("http:")) throw unencrypted(baseUrl);
  const emit = (event: KlingEvent) => callQuietly(onEvent, event);
  return {
    http: new Http({ keys: keysOf(apiKey), baseUrl, dialect, fetch, clock, maxAnswerBytes, emit }),
    dialect,
    baseUrl,
    fetch,
    clock,
    random: options.random ?? Math.random,
    retry: retryPolicy(retry),
    timeoutMs,
    submitTimeoutMs,
    waitTimeoutMs,
    settleMs,
    isLocal,
    digestOf: createDigestOf(),
    taskStore: checkedStore(options.taskStore ?? memoryTaskStore()),
    scope: { dialect, origin: new URL(baseUrl).origin, account: checkAccount(options.account) },
    trustLookup: options.trustLookup === true,
    prepare: options.prepare,
    preflight: options.preflight,
    guards: [options.budget, options.limiter, ...(options.guards ?? [])].filter((guard) => guard !== undefined),
    emit,
  };
}

function unencrypted(baseUrl: string): InputError {
  return new InputError(
    `The key would travel unencrypted to ${baseUrl}.`,
    "Use https. In a network where nobody else can listen, such as docker-compose's, set allowHttp (--allow-http).",
    "unencrypted-base-url",
  );
}

/** The types come from the contract; at run time all families work in the same way. */
function familyClient(context: ClientContext, family: Family) {
  return {
    submit: (body: Record<string, unknown>, options: CallOptions = {}) => submit(context, family, body, options),
    get: (task: TaskReference, options: CallOptions = {}) => get(context, family, task, options),
    list: (query: ListQuery = {}, options: CallOptions = {}) => list(context, family, query, options),
    wait: (task: TaskReference, options: WaitOptions = {}) => wait(context, family, task, options),
    async generate(body: Record<string, unknown>, options: WaitOptions = {}) {
      // What can't be waited for must not be paid for.
      checkWaitOptions(options);
      const task = await submit(context, family, body, options);
      await options.onStatus?.(task);
      return wait(context, family, task, options);
    },
  };
}

function normaliseBaseUrl(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search) {
    return (url.origin + url.pathname).replace(/\/+$/, "").replace(/\/kling$/, "");
  }
  throw new InputError(
    "The base URL is not an http address.",
    "Give the origin, for instance https://api.cometapi.com.",
    "invalid-base-url",
  );
}
