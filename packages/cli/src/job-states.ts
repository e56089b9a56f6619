export const jobStates = ["sending", "unknown", "running", "to download", "done", "refused", "forgotten"] as const;
