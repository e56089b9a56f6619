/** Terminal words; `succeeded` is an alias seen at the gateway. Every other word means "keep waiting". */
export function isSucceeded(status: string): boolean {
  return status === "succeed" || status === "succeeded";
}

/** Whether a status is a task's last. */
export function isEnd(status: string): boolean {
  return isSucceeded(status) || isFailed(status);
}

export function isFailed(status: string): boolean {
  return status === "failed";
}
