/** Tasks and their results are deleted so long after the task ended, in milliseconds: 30 days. */
export const retentionMs = 30 * 86_400_000;
