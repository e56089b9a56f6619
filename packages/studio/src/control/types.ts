import type { components, paths } from "../../generated/control-api.js";

type Schemas = components["schemas"];

export type Task = Schemas["Task"];
export type LoggedRequest = Schemas["LoggedRequest"];
export type Ledger = Schemas["Ledger"];
export type Charge = Ledger["charges"][number];
export type Callbacks = Schemas["Callbacks"];
export type Delivery = Callbacks["deliveries"][number];
export type Rule = Schemas["Rule"];
export type Account = Schemas["Account"];
export type Clock = Schemas["Clock"];
export type Snapshot = Schemas["Snapshot"];

type Answer<Path extends keyof paths, Method extends keyof paths[Path]> = paths[Path][Method] extends {
  responses: { 200: { content: { "application/json": infer Body } } };
}
  ? Body
  : never;
type Sent<Path extends keyof paths, Method extends keyof paths[Path]> = paths[Path][Method] extends {
  requestBody?: { content: { "application/json": infer Body } };
}
  ? Body
  : never;

export type TaskWithResult = Answer<"/__mock/tasks/{id}", "get">;
export type Faults = Answer<"/__mock/faults", "get">;
export type Scenario = Answer<"/__mock/scenarios", "get">["scenarios"][number];
export type MagicKey = Answer<"/__mock/accounts", "get">["magicKeys"][number];
export type RuleInput = Sent<"/__mock/rules", "post">;
export type AccountChange = Sent<"/__mock/accounts", "post">;
export type ClockMove = Sent<"/__mock/clock", "post">;

/** What the stream of events tells; other kinds carry nothing the studio looks at. */
export type LiveEvent =
  | { readonly type: "task-created" | "task-moved"; readonly at: number; readonly task?: Task }
  | { readonly type: "request"; readonly at: number; readonly detail: LoggedRequest }
  | { readonly type: "clock"; readonly at: number; readonly detail: Clock }
  | {
      readonly type:
        | "charge"
        | "callback"
        | "rule-added"
        | "rule-used"
        | "rule-removed"
        | "account"
        | "task-observed"
        | "reset"
        | "restored"
        | "resync"
        | "warning";
      readonly at: number;
    };
