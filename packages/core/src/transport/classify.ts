import type { RetryVerdict } from "@klingkit/spec";
import {
  gatewayErrors,
  nullCodeErrors,
  serviceErrors,
  serviceTextErrors,
  taskLayerErrors,
} from "@klingkit/spec/catalogue";
import type { Interpretation } from "./interpret.js";

/** What a refusal means for the caller. */
export interface Classification {
  readonly code: string;
  readonly retry: RetryVerdict;
  readonly remedy: string;
}

/** A query can be repeated, a create can't. */
export type CallKind = "read" | "create";

type Refusal = Extract<Interpretation, { kind: "refused" }>;

/** Finds the refusal in the catalogue; what is not there is judged by its HTTP status. */
export function classify(refusal: Refusal, status: number, kind: CallKind): Classification {
  const row = catalogueRow(refusal, status);
  if (row) return { code: row.name, retry: row[kind], remedy: row.remedy };
  return { code: "unknown-refusal", ...judgeByStatus(status, kind) };
}

function catalogueRow(refusal: Refusal, status: number) {
  if (refusal.shape === "service") {
    const { providerCode, message } = refusal;
    const byText = serviceTextErrors.find((row) => row.code === providerCode && message.startsWith(row.startsWith));
    return byText ?? serviceErrors.find(({ code }) => code === providerCode);
  }
  if (refusal.shape === "task-layer") return taskLayerErrors.find(({ code }) => code === refusal.providerCode);
  if (refusal.shape === "null-code") return nullCodeErrors.find(({ text }) => text === refusal.message);
  return gatewayErrors.find((row) => row.status === status && (row.code === "*" || row.code === refusal.providerCode));
}

/** Verdict for an answer that the catalogue does not know. */
export function judgeByStatus(status: number, kind: CallKind): Omit<Classification, "code"> {
  const serverFault = status >= 500 || status < 300;
  if (kind === "read" && (serverFault || status === 408 || status === 429)) {
    return { retry: "after-delay", remedy: "Try again later." };
  }
  if (serverFault) {
    return { retry: "unknown", remedy: "Look the task up by its external_task_id before trying again." };
  }
  return { retry: "after-fix", remedy: "Change the request as the message says." };
}
