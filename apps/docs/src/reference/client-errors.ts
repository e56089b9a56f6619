/** What a `code` of the client's own means; those of refusals are the catalogue's. */
export interface ClientError {
  readonly type: string;
  /** `retry` of the error; several where it depends. */
  readonly retry: string;
  readonly meaning: string;
}

/** Every code that the client makes itself. A test compares the list with the code. */
export const clientErrors: Readonly<Record<string, ClientError>> = {
  aborted: {
    type: "AbortedError",
    retry: "after-fix, or unknown with a handle",
    meaning: "The caller's signal was aborted. With a `handle`, that task goes on, or may have been made.",
  },
  "bad-media": {
    type: "ResponseFormatError",
    retry: "after-delay",
    meaning: "A downloaded result is not what it should be: a page of HTML, or cut off. Download it again.",
  },
  "callback-unconfirmed": {
    type: "ResponseFormatError",
    retry: "after-delay or never",
    meaning: "A callback told something that the query afterwards did not confirm. It is not passed on.",
  },
  "connection-lost": {
    type: "ConnectionError",
    retry: "after-delay",
    meaning: "The connection was cut before the answer was whole. A create ends as `submit-outcome-unknown` instead.",
  },
  "connection-refused": {
    type: "ConnectionError",
    retry: "after-delay",
    meaning: "Nothing was listening: the server certainly never saw the request (`neverSent` is true).",
  },
  "disk-full": {
    type: "InputError",
    retry: "after-fix",
    meaning: "A result did not fit on the disk. Make room and download again.",
  },
  "download-refused": {
    type: "RefusedError",
    retry: "after-delay or never",
    meaning: "The result's host refused, or redirected to an address that is not https.",
  },
  "file-exists": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The file is there already and may not be replaced.",
  },
  "file-not-writable": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The file can't be written where it should go.",
  },
  "unencrypted-base-url": {
    type: "InputError",
    retry: "after-fix",
    meaning: "`baseUrl` is plain http to another machine, and `allowHttp` was not given.",
  },
  "no-token": { type: "InputError", retry: "after-fix", meaning: "The caller's own `bearer` failed." },
  "invalid-base-url": { type: "InputError", retry: "after-fix", meaning: "`baseUrl` is not an http address." },
  "invalid-callback-key": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The key of callback addresses is too short or none.",
  },
  "invalid-callback-secret": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The secret of signatures is not one of Standard Webhooks.",
  },
  "invalid-input": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The caller's mistake, found before anything was sent.",
  },
  "missing-callback-key": {
    type: "InputError",
    retry: "after-fix",
    meaning: "A handler of callbacks has neither a key nor a secret, so that anybody could call it.",
  },
  "missing-key": { type: "InputError", retry: "after-fix", meaning: "The API key is missing or empty." },
  "not-created": {
    type: "ConnectionError",
    retry: "after-delay",
    meaning: "Each try was lost, and each time it was proven that no task was made. Nothing was charged.",
  },
  "over-budget": {
    type: "InputError",
    retry: "after-fix",
    meaning: "The request costs more than `maxCost`, or than is left of `budget`. Nothing was sent.",
  },
  "price-unknown": {
    type: "InputError",
    retry: "after-fix",
    meaning: "There is a budget, and the price of the request is not on record. Nothing was sent.",
  },
  "response-format": {
    type: "ResponseFormatError",
    retry: "after-delay",
    meaning: "An answer of none of the shapes on record: HTML, empty, cut off, of the wrong type.",
  },
  "result-changed": {
    type: "ResponseFormatError",
    retry: "after-delay",
    meaning: "The result's file changed while it was fetched. Download it again.",
  },
  "result-gone": {
    type: "RefusedError",
    retry: "never",
    meaning: "The result is deleted (after 30 days). Ask for the task again, or generate anew.",
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
    meaning: "No answer within `timeoutMs`. A create ends as `submit-outcome-unknown` instead.",
  },
  "unknown-refusal": {
    type: "RefusedError",
    retry: "by its status",
    meaning: "A refusal that the catalogue does not know; its message is the provider's.",
  },
  "wait-timeout": {
    type: "WaitTimeoutError",
    retry: "after-delay",
    meaning: "The task was not finished in time. It goes on; wait again with its handle.",
  },
  "wrong-address": {
    type: "ResponseFormatError",
    retry: "after-fix",
    meaning: "The server is not one that speaks this API; check `baseUrl`.",
  },
};
