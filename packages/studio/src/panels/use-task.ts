import { useEffect, useState } from "preact/hooks";
import type { Task } from "../control/types.js";
import type { StudioStore } from "../store/studio-store.js";

interface Found {
  readonly id: string;
  readonly task: Task | "missing";
}

/**
 * A task by its id. One that is not in the list, since the list is still being read or is too long for it, is asked for.
 * @returns undefined while nobody knows, and where no id is given
 */
export function useTask(studio: StudioStore, id: string | undefined): Task | "missing" | undefined {
  const [found, setFound] = useState<Found>();
  const listed = studio.tasks.value.find(({ task_id }) => task_id === id);
  const isConnected = studio.connection.value === "live";
  const isAsked = id !== undefined && !listed && isConnected;
  useEffect(() => {
    if (!isAsked) return;
    let isWanted = true;
    const take = (task: Found["task"]) => isWanted && setFound({ id, task });
    studio.client.task(id).then(take, () => take("missing"));
    return () => {
      isWanted = false;
    };
  }, [studio, id, isAsked]);
  return listed ?? (isAsked && found?.id === id ? found.task : undefined);
}
