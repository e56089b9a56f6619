import { decodeBase64Url, encodeBase64Url, type Hmac } from "@klingkit/spec/web";
import { InputError } from "../errors/index.js";
import type { Secret } from "../lib/secret.js";
import { isTaskId } from "../tasks/handle.js";
import { tokenKeys } from "./keys.js";

/** The task a callback address stands for. */
export interface CallbackAddress {
  readonly family: string;
  readonly external_task_id: string;
}

/** Names of the query's parameters. The prefix keeps them apart from the receiver's own. */
const parameters = { family: "kling_family", id: "kling_id", token: "kling_token" } as const;

/**
 * Makes the address to send as `callback_url`: your address, with the task's family and `external_task_id`, and a token
 * that only the holder of the key can make. Send the same `external_task_id` with the request.
 * @param address http address of your receiver; its own query is kept
 * @param task `key` is a random text of at least 16 characters. Without it there is no token; do this only if your
 * receiver checks the provider's signature
 * @throws InputError for an address, id or key that can't be used
 */
export async function callbackUrl(
  address: string | URL,
  task: CallbackAddress & { readonly key?: string | Secret | undefined },
): Promise<string> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new InputError("The callback address is not an http address.", "Give the public address of your receiver.");
  }
  const { family, external_task_id } = task;
  if (!isFamilyName(family) || !isTaskId(external_task_id)) {
    throw new InputError(
      "family or external_task_id can't stand in a callback address.",
      "Give the family's name and an id of 1 to 64 letters, digits, _ or -.",
    );
  }
  url.hash = "";
  url.searchParams.set(parameters.family, family);
  url.searchParams.set(parameters.id, external_task_id);
  url.searchParams.delete(parameters.token);
  const [hmac] = task.key === undefined ? [] : tokenKeys(task.key);
  if (hmac) url.searchParams.set(parameters.token, encodeBase64Url(await hmac.sign(tokenContent(task))));
  return url.href;
}

/** What an address says about its task, whether or not that is true. */
export function readCallbackUrl(url: URL): Partial<CallbackAddress> & { readonly token: string | undefined } {
  const family = url.searchParams.get(parameters.family) ?? "";
  const id = url.searchParams.get(parameters.id) ?? "";
  const token = url.searchParams.get(parameters.token) ?? undefined;
  return {
    ...(isFamilyName(family) ? { family } : {}),
    ...(isTaskId(id) ? { external_task_id: id } : {}),
    token,
  };
}

/** Whether one of the keys made the token for this task. */
export async function isGenuineToken(token: string, task: CallbackAddress, keys: readonly Hmac[]): Promise<boolean> {
  const signature = decodeBase64Url(token);
  if (!signature) return false;
  const answers = await Promise.all(keys.map((key) => key.verify(signature, tokenContent(task))));
  return answers.includes(true);
}

/** What a token signs. A family's name has no slash, and the purpose stands in front, so the token is good for this task alone. */
function tokenContent({ family, external_task_id }: CallbackAddress): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`klingkit-callback/${family}/${external_task_id}`);
}

function isFamilyName(name: unknown): boolean {
  return typeof name === "string" && /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(name);
}
