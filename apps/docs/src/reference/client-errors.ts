import type { OwnErrorCode } from "@klingkit/core";

/** What a `code` of the client's own means; those of refusals are the catalogue's. */
export interface ClientError {
  readonly type: string;
  /** `retry` of the error; several where it depends. */
  readonly retry: string;
  readonly meaning: string;
}

/** Every code that the client makes itself. A test compares the list with the code. */
export const clientErrors: Readonly<Record<OwnErrorCode, ClientError>> = {
  aborted: {
    type: "AbortedError",
    retry: "after-fix, or unknown with a handle",
    meaning: "The caller's signal was aborted. With a `handle`, that task goes on, or may have been made.",
  },
  "bad-media": {
    type: "ResponseFormatError",
    retry: "after-delay",
    meaning: "A downloaded result is damaged: an HTML page, or cut off. Download it again.",
  },
  "callback-unconfirmed": {
    type: "ResponseFormatError",
    retry: "after-delay or never",
    meaning: "The query did not confirm what a callback said. The callback is not reported.",
  },
  "connection-lost": {
    type: "ConnectionError",
    retry: "after-delay",
    meaning:
      "The connection was cut before the answer was complete. For a create you get `submit-outcome-unknown` instead.",
  },
  "connection-refused": {
    type: "ConnectionError",
    retry: "after-delay",
    meaning: "No server was listening. The request was never sent (`neverSent` is true).",
  },
  "disk-full": {
    type: "InputError",
    retry: "after-fix",
    meaning: "A result did not fit on the disk. Make room and download again.",
  },
  "download-refused": {
    type: "RefusedError",
    retry: "after-delay or never",
    meaning: "The result's host refused, or redirected to an address that is not https, or not public.",
  },
  "file-exists": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The file of a result is there already and may not be replaced. The video was made: download it again.",
  },
  "file-not-writable": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The file of a result can't be written where it should go. The video was made: download it again.",
  },
  "unencrypted-base-url": {
    type: "InputError",
    retry: "after-fix",
    meaning: "`baseUrl` is plain http to another machine, and `allowHttp` was not given.",
  },
  "no-token": { type: "InputError", retry: "after-fix", meaning: "The `bearer` function of your `apiKey` failed." },
  "invalid-base-url": { type: "InputError", retry: "after-fix", meaning: "`baseUrl` is not an http address." },
  "invalid-callback-key": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The key for callback addresses is missing or too short.",
  },
  "invalid-callback-secret": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The secret for signatures is not a secret of Standard Webhooks (`whsec_…`).",
  },
  "invalid-input": {
    type: "InputError",
    retry: "after-fix",
    meaning: "A mistake in the input, found before anything was sent.",
  },
  "missing-callback-key": {
    type: "InputError",
    retry: "after-fix",
    meaning: "A callback handler has neither a key nor a secret, so anybody could call it.",
  },
  "missing-key": { type: "InputError", retry: "after-fix", meaning: "The API key is missing or empty." },
  "not-created": {
    type: "RefusedError",
    retry: "after-delay",
    meaning: "No attempt got an answer, and it was proven that no task was made. Nothing was charged.",
  },
  "over-budget": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The request costs more than `maxCost`, or more than is left of `budget`. Nothing was sent.",
  },
  "price-unknown": {
    type: "InputError",
    retry: "after-fix",
    meaning: "There is a budget, and the price of the request is not known. Nothing was sent.",
  },
  "response-format": {
    type: "ResponseFormatError",
    retry: "after-delay",
    meaning: "An answer in an unknown form: HTML, empty, cut off, or of the wrong type.",
  },
  "result-changed": {
    type: "ResponseFormatError",
    retry: "after-delay",
    meaning: "The result's file changed while it was downloaded. Download it again.",
  },
  "result-gone": {
    type: "RefusedError",
    retry: "never",
    meaning: "The result is deleted (after 30 days). Ask for the task again: its answer may hold a new address.",
  },
  "result-too-large": { type: "ResponseFormatError", retry: "never", meaning: "The result is larger than `maxBytes`." },
  "submit-outcome-unknown": {
    type: "SubmitOutcomeUnknownError",
    retry: "unknown",
    meaning: "A task may have been made and charged. Look for its `handle`; do not send it again.",
  },
  "task-store": {
    type: "InputError",
    retry: "after-fix",
    meaning:
      "The task store failed before anything was sent: a full disk, a folder that can't be used, a newer format.",
  },
  timeout: {
    type: "ConnectionError",
    retry: "after-delay",
    meaning: "No answer within `timeoutMs`. For a create you get `submit-outcome-unknown` instead.",
  },
  "unknown-refusal": {
    type: "RefusedError",
    retry: "by its status",
    meaning: "A refusal that the catalogue does not know; its message is the provider's.",
  },
  "wait-timeout": {
    type: "WaitTimeoutError",
    retry: "never",
    meaning:
      "The task was not finished in time. It goes on: wait again with its handle. Repeating `generate` would pay for a second task.",
  },
  "wrong-address": {
    type: "ResponseFormatError",
    retry: "after-fix",
    meaning: "The server does not have this API; check `baseUrl`.",
  },
  "certificate-not-trusted": {
    type: "ConnectionError",
    retry: "after-fix",
    meaning:
      "The server's certificate was refused before anything was sent. Behind a proxy, set `NODE_EXTRA_CA_CERTS`.",
  },
  "claim-outdated": {
    type: "KlingkitError",
    retry: "after-delay",
    meaning: "The process stood still between claiming a task and sending it, so it was not sent.",
  },
  "endless-list": {
    type: "KlingkitError",
    retry: "unknown",
    meaning: "The client searched a list for a task, and the list did not end. It is the `cause` of another error.",
  },
  "external-task-id-reused": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The `external_task_id` belongs to a request with another body. Give each request an id of its own.",
  },
  "foreign-task": {
    type: "ResponseFormatError",
    retry: "after-fix",
    meaning: "The answer is about another task than the one that was queried. The client ignores it.",
  },
  guard: {
    type: "InputError",
    retry: "after-fix",
    meaning: "A guard of your own failed before anything was sent.",
  },
  "joined-another-call": {
    type: "KlingkitError",
    retry: "unknown",
    meaning: "Another call makes the same task. Only guards see this code; both calls get the task.",
  },
  "private-address": {
    type: "InputError",
    retry: "after-fix",
    meaning: "A result's address is on this machine or in a private network, and `allowPrivate` was not given.",
  },
  "refused-in-front": {
    type: "RefusedError",
    retry: "after-fix",
    meaning: "A proxy or firewall in front of the provider refused the request with a page or a text.",
  },
  "result-missing": {
    type: "ResponseFormatError",
    retry: "never",
    meaning: "The task has succeeded, but its answer has no result. Query it again, and do not submit it again.",
  },
  "result-unavailable": {
    type: "RefusedError",
    retry: "after-delay or after-fix",
    meaning: "The result's host answers 403 or 404. Ask for the task again: its answer may hold a new address.",
  },
  "still-sending": {
    type: "InputError",
    retry: "after-fix",
    meaning: "A task can't be settled while another process may still be sending it.",
  },
  "too-large-in-front": {
    type: "RefusedError",
    retry: "after-fix",
    meaning:
      "A proxy in front of the provider does not accept a request of this size. Use an address or a smaller picture.",
  },
  unforeseen: {
    type: "KlingkitError",
    retry: "unknown",
    meaning: "An unexpected error. After a create, a task may have been made.",
  },
};
