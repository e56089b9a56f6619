/**
 * How one SDK is asked for a video: about twenty lines. `adapters/openai.mjs` is an example to copy.
 *
 * @typedef {object} Adapter
 * @property {string} name
 * @property {readonly string[]} packages what is fetched from the registry, with exact versions; none for klingkit's own
 * @property {string} [note] what a reader of the table has to know
 * @property {{ create: string, poll: string }} [routes] the SDK's own requests, `:id` where the task's id stands:
 * `{ create: "POST /v1/videos", poll: "GET /v1/videos/:id" }`. Default: Kling's
 * @property {(task: { id: string, status: "submitted" | "processing" | "succeed", url?: string }, to: "create" | "poll") => object} [answer] the
 * SDK's own form of an answer about a task. Default: Kling's, and the SDK's request goes to the simulator as it is
 * @property {(status: string, to: "create" | "poll") => number} [httpStatus] of such an answer. Default: 200
 * @property {(given: Given) => Promise<Client> | Client} client makes a client, once for every fault
 *
 * @typedef {object} Given
 * @property {string} baseUrl scheme, host and port: every request goes there
 * @property {number} timeoutMs a time-out for every request, where the SDK has one; without one it waits for the slow answer
 * @property {(name: string) => Promise<any>} load imports one of the packages
 *
 * @typedef {object} Client
 * @property {() => Promise<unknown>} [create] creates a task with the SDK's defaults. @returns its id
 * @property {(id: any) => Promise<unknown>} [wait] the SDK's own way of waiting until the task has ended
 * @property {(id: any) => Promise<boolean>} [poll] where it has none: asks once. @returns whether the task has ended
 * @property {() => Promise<unknown>} [generate] where both are one call: creates, and waits. @returns what holds the task's id
 */

export {};
