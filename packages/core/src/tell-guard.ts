import type { ClientContext } from "./context.js";
import type { AnyTask } from "./tasks/task.js";

/** Tells a guard something. If it throws or rejects, the observer is told: a task that was paid for must not be lost. */
export async function tellGuard(
  { emit }: Pick<ClientContext, "emit">,
  operation: string,
  tell: () => unknown,
): Promise<void> {
  try {
    await tell();
  } catch (cause) {
    emit({ type: "guard-failed", operation, cause });
  }
}

/** Tells every guard of a task that a query has returned. */
export function tellGuards(context: ClientContext, task: AnyTask): void {
  for (const guard of context.guards) void tellGuard(context, task.family, () => guard.saw?.(task));
}
