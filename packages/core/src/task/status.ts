/** Terminal words; `succeeded` is an alias seen at the gateway. Every other word means "keep waiting". */
export function isSucceeded(status: string): boolean {
  return status === "succeed" || status === "succeeded";
}

export function isFailed(status: string): boolean {
  return status === "failed";
}
