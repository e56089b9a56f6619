import {
  gatewayErrors,
  nullCodeErrors,
  serviceErrors,
  serviceTextErrors,
  taskEnds,
  taskFailures,
  taskLayerErrors,
} from "@klingkit/spec/catalogue";

/** A refusal or a failure on record, whoever words it. */
export interface ErrorRow {
  /** Who says it. */
  readonly from: string;
  /** The provider's own code; "" where there is none. */
  readonly code: string;
  readonly status: number | undefined;
  /** The `code` of klingkit's error. */
  readonly name: string;
  /** The server's words. */
  readonly text: string;
  readonly read: string;
  readonly create: string;
  readonly remedy: string;
}

type Refusal = Pick<ErrorRow, "name" | "text" | "read" | "create" | "remedy"> & {
  readonly code?: number | string;
  readonly status: number;
  readonly startsWith?: string;
};

/** Every error of the catalogue. */
export const errorRows: readonly ErrorRow[] = [
  ...serviceErrors.map(refusal("Kling")),
  ...serviceTextErrors.map(refusal("Kling")),
  ...gatewayErrors.map(refusal("CometAPI")),
  ...taskLayerErrors.map(refusal("CometAPI's task store")),
  ...nullCodeErrors.map(refusal("CometAPI")),
  ...taskFailures.map(({ name, text, retry, remedy }) => ({
    from: "a failed task",
    code: "",
    status: undefined,
    name: `task-failed-${name}`,
    text,
    read: retry,
    create: retry,
    remedy,
  })),
  ...Object.entries(taskEnds).flatMap(([end, { words, remedy }]) =>
    remedy === undefined
      ? []
      : {
          from: "a task that ended",
          code: "",
          status: undefined,
          name: `task-${end}`,
          text: words.join(", "),
          read: "after-fix",
          create: "after-fix",
          remedy,
        },
  ),
];

function refusal(from: string): (row: Refusal) => ErrorRow {
  return ({ code = "null", status, name, text, startsWith, read, create, remedy }) => {
    return {
      from,
      code: String(code),
      status,
      name,
      text: startsWith ? `${startsWith} …` : text,
      read,
      create,
      remedy,
    };
  };
}
