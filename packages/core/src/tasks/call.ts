import type { Call } from "@klingkit/spec";
import type { ClientContext } from "../context.js";
import { InputError } from "../errors/index.js";
import { answerOf } from "../http/judge.js";
import { repeating } from "../http/retry.js";
import { throwIfAborted } from "../lib/clock.js";
import type { CallOptions } from "../options.js";
import { checkedBody } from "../submit/creation.js";
import { carryOut } from "../submit/submit.js";
import { queryOf } from "./get.js";

/**
 * Runs an operation that returns its result at once, without a task. A GET is retried like any query. A POST may be
 * paid for, so it is sent again only if it was certainly refused.
 * @returns the answer's `data`
 * @throws InputError if this dialect's server does not have the operation
 */
export async function callOnce(
  context: ClientContext,
  call: Call,
  request: Readonly<Record<string, unknown>>,
  { signal }: CallOptions,
): Promise<unknown> {
  throwIfAborted(signal);
  checkDialect(context, call);
  const body = await checkedBody(context, call, request);
  if (call.method === "GET") {
    return repeating(context, signal, async (attempt) => {
      const exchange = queryOf(context, call.path, { signal, attempt });
      const { response } = await context.http.exchange(exchange, (client, pipe) =>
        client.GET(call.path, { params: { query: body }, ...pipe }),
      );
      return answerOf(response).data;
    });
  }
  const handle = { family: call.name };
  const { result } = await carryOut(context, {
    operation: call,
    body,
    handle,
    signal,
    attempts: context.retry.attempts,
    async send(exchange) {
      const { response } = await context.http.exchange(exchange, (client, pipe) =>
        client.POST(call.path, { body, ...pipe }),
      );
      return { handle, result: answerOf(response).data };
    },
  });
  return result;
}

/** @throws InputError where this dialect's server does not have the operation */
export function checkDialect({ dialect }: ClientContext, { name, dialects }: Pick<Call, "name" | "dialects">): void {
  if (dialects.includes(dialect)) return;
  throw new InputError(`${name} is not served in the dialect ${dialect}.`, `Use the dialect ${dialects.join(" or ")}.`);
}
