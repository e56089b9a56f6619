import createClient from "openapi-fetch";
import type { paths } from "../../generated/control-api.js";
import type { Transport } from "./transport.js";
import type { AccountChange, ClockMove, RuleInput, Snapshot } from "./types.js";

/** The control API as calls. Each rejects with the simulator's own sentence where it says no. */
export type ControlClient = ReturnType<typeof createControlClient>;

export function createControlClient({ base, fetch }: Transport) {
  const api = createClient<paths>({ baseUrl: base, fetch });
  const id = (value: string) => ({ params: { path: { id: value } } });
  const limit = (value: number) => ({ params: { query: { limit: value } } });
  return {
    health: () => said(api.GET("/__mock/health")),
    tasks: (query: { limit: number; before?: string }) => said(api.GET("/__mock/tasks", { params: { query } })),
    task: (taskId: string) => said(api.GET("/__mock/tasks/{id}", id(taskId))),
    advanceTask: (taskId: string) => said(api.POST("/__mock/tasks/{id}/advance", id(taskId))),
    succeedTask: (taskId: string) => said(api.POST("/__mock/tasks/{id}/succeed", id(taskId))),
    failTask: (taskId: string, message: string) =>
      said(api.POST("/__mock/tasks/{id}/fail", { ...id(taskId), body: { message } })),
    requests: (count: number) => said(api.GET("/__mock/requests", limit(count))),
    ledger: (count: number) => said(api.GET("/__mock/ledger", limit(count))),
    callbacks: (count: number) => said(api.GET("/__mock/callbacks", limit(count))),
    clock: () => said(api.GET("/__mock/clock")),
    moveClock: (move: ClockMove) => said(api.POST("/__mock/clock", { body: move })),
    rules: () => said(api.GET("/__mock/rules")),
    addRule: (rule: RuleInput) => said(api.POST("/__mock/rules", { body: rule })),
    removeRule: (ruleId: string) => said(api.DELETE("/__mock/rules/{id}", id(ruleId))),
    clearRules: () => said(api.DELETE("/__mock/rules")),
    scenarios: () => said(api.GET("/__mock/scenarios")),
    faults: () => said(api.GET("/__mock/faults")),
    accounts: () => said(api.GET("/__mock/accounts")),
    changeAccount: (change: AccountChange) => said(api.POST("/__mock/accounts", { body: change })),
    snapshot: () => said(api.GET("/__mock/snapshot")),
    restore: (snapshot: Snapshot) => said(api.POST("/__mock/restore", { body: snapshot })),
    reset: () => said(api.POST("/__mock/reset")),
  };
}

interface Answered<Data> {
  readonly data?: Data;
  readonly error?: { readonly error: { readonly message: string } };
}

/** The answer's data. @throws Error with the simulator's sentence */
async function said<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  const { data, error } = await call.catch(() => {
    throw new Error("The simulator does not answer. Is it still running?");
  });
  if (data !== undefined) return data;
  throw new Error(error?.error?.message ?? "The simulator gave an answer that the studio does not understand.");
}
