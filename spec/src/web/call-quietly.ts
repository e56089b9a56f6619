/** Calls a function of the caller's, and waits for nothing. What it throws or rejects with must not lose a paid task. */
export function callQuietly<Given extends unknown[]>(
  call: ((...given: Given) => unknown) | undefined,
  ...given: Given
): void {
  try {
    const returned = call?.(...given);
    // Observers return nothing; where one does, it may be a promise.
    if (returned) Promise.resolve(returned).catch(() => {});
  } catch {}
}
