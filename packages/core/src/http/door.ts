import type { Operation, paths } from "@klingkit/spec";
import { calls, families } from "@klingkit/spec/client";
import type { Client } from "openapi-fetch";
import type { ClientContext } from "../context.js";
import { InputError } from "../errors/index.js";
import { isObject } from "../lib/json.js";
import { checkedBody, ownIdIn } from "../submit/creation.js";
import { carryOut } from "../submit/submit.js";
import { checkDialect } from "../tasks/call.js";
import { queryOf } from "../tasks/get.js";
import { isTaskId } from "../tasks/handle.js";
import { findTask } from "../tasks/task.js";
import type { Exchange } from "./http.js";
import { answerOf } from "./judge.js";
import { repeating } from "./retry.js";

/**
 * The contract's paths, typed by openapi-fetch, with the client's key, limits and errors. If a request does not
 * succeed, it throws, so `data` is always there. Of openapi-fetch's own options, klingkit sets `baseUrl`, `fetch`,
 * `middleware`, `parseAs` and `bodySerializer`.
 */
export interface HttpDoor {
  /** A query. It is free, and it is retried like other queries. */
  readonly GET: Client<paths>["GET"];
  /**
   * A paid request, unless the contract says that it is free. The pre-flight check and the guards are asked as in a
   * submit. It is sent once, with the `external_task_id` of the body or none, and is not recorded in the task store.
   * @throws SubmitOutcomeUnknownError when it can't be known whether it was carried out
   */
  readonly POST: Client<paths>["POST"];
}

export function createDoor(context: ClientContext): HttpDoor {
  return {
    GET: async (path, ...given) => {
      // Anything else would make another host of the base URL's.
      if (!path.startsWith("/")) throw noPath(path);
      const { init, signal } = read(given[0]);
      return repeating(context, signal, (attempt) =>
        context.http.exchange(queryOf(context, path, { signal, attempt }), (client, pipe) =>
          withBody(client.GET(path, ...([{ ...init, ...pipe }] as typeof given))),
        ),
      );
    },
    POST: (path, ...given) =>
      postOnce(context, { path, given: given[0] }, (exchange, init) =>
        context.http.exchange(exchange, (client, pipe) =>
          withBody(client.POST(path, ...([{ ...init, ...pipe }] as typeof given))),
        ),
      ),
  };
}

/** A paid request that goes out once. */
async function postOnce<Answered extends { readonly response: Response }>(
  context: ClientContext,
  { path, given }: { readonly path: string; readonly given: unknown },
  send: (exchange: Exchange, init: Record<string, unknown>) => Promise<Answered>,
): Promise<Answered> {
  const { init, signal } = read(given);
  const operation = operationAt(context, path);
  const body = await checkedBody(context, operation, init.body);
  const external_task_id = operation.kind === "family" ? ownIdIn(body) : undefined;
  const handle = { family: operation.name, ...(external_task_id === undefined ? {} : { external_task_id }) };
  const { result } = await carryOut(context, {
    operation,
    body,
    handle,
    signal,
    attempts: 1,
    async send(exchange) {
      const answered = await send(exchange, { ...init, body });
      const task = findTask(answerOf(answered.response).data);
      return { result: answered, handle: task ? { ...handle, task_id: task.task_id } : handle };
    },
  });
  return result;
}

/** openapi-fetch's own result, with the body that the pipe has read. */
async function withBody<Answered extends { readonly response: Response }>(call: Promise<Answered>): Promise<Answered> {
  const answered = await call;
  return { ...answered, data: answerOf(answered.response).body };
}

/** The caller's options for openapi-fetch, without what is klingkit's own, and the signal by itself. */
function read(given: unknown): { init: Record<string, unknown>; signal: AbortSignal | undefined } {
  const init: Record<string, unknown> = isObject(given) ? { ...given } : {};
  const { signal, params } = init;
  const ids = isObject(params) && isObject(params.path) ? Object.values(params.path) : [];
  for (const id of ids) {
    if (isTaskId(id)) continue;
    throw new InputError(
      `"${String(id).slice(0, 80)}" can't stand in a path.`,
      "Give a task_id or an external_task_id.",
    );
  }
  // klingkit sets these itself; the pipe overrides the other ones.
  for (const name of ["signal", "baseUrl", "Request", "bodySerializer"]) delete init[name];
  // It may come from another realm, such as a test's page, and then it is no instance of this realm's class.
  return { init, signal: (signal ?? undefined) as AbortSignal | undefined };
}

/** The operation that is created or called at a path. @throws InputError where this dialect's server does not have it */
function operationAt(context: ClientContext, path: string): Operation {
  const operation = [...Object.values(families), ...Object.values(calls)].find((row) => row.path === path);
  if (!operation) throw noPath(path);
  if (operation.kind === "call") checkDialect(context, operation);
  return operation;
}

function noPath(path: string): InputError {
  return new InputError(`The contract has no ${path}.`, "Use a path of the contract.");
}
