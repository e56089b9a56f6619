import type { Call } from "@klingkit/spec";
import { throwIfAborted } from "../abort.js";
import { InputError } from "../errors/index.js";
import type { CallOptions } from "../options.js";
import { retrying } from "../retry.js";
import type { Answer } from "../transport/judge.js";
import { admitted } from "./admission.js";
import type { OperationContext } from "./context.js";
import { checkedBody, create } from "./create.js";
import { query } from "./query.js";

/**
 * An operation that answers at once, without a task to wait for. A GET is repeated like any query; a POST may be paid
 * for, so it is sent at most once unless it was certainly refused.
 * @returns the answer's `data`
 * @throws InputError where this dialect's server does not have the operation
 */
export async function callOnce(
  context: OperationContext,
  call: Call,
  request: Readonly<Record<string, unknown>>,
  { signal }: CallOptions,
): Promise<unknown> {
  throwIfAborted(signal);
  if (!call.dialects.includes(context.dialect)) {
    throw new InputError(
      `${call.name} is not served in the dialect ${context.dialect}.`,
      `Use the dialect ${call.dialects.join(" or ")}.`,
    );
  }
  const body = await checkedBody({ operation: call, body: request }, context);
  if (call.method === "POST") {
    const handle = { family: call.name };
    const creation = { operation: call, body, handle, signal, read: ({ data }: Answer) => ({ data }) };
    return (await admitted(context, creation, (admittedCreation) => create(context, admittedCreation))).data;
  }
  const answer = await retrying(context, signal, (attempt) =>
    query(context, { attempt, signal }, { path: call.path, query: request }),
  );
  return answer.data;
}
