/** Finished files by request, the least recently used dropped first. */
export interface RenderCache {
  get(key: string): Uint8Array | undefined;
  set(key: string, bytes: Uint8Array): void;
  clear(): void;
}

/**
 * @param mostEntries files kept at most; 0 keeps none
 * @param mostBytes bytes kept at most; a file larger than that is not kept
 */
export function createRenderCache(mostEntries: number, mostBytes: number): RenderCache {
  // A Map iterates in order of insertion, so re-inserting on use keeps the oldest first.
  const files = new Map<string, Uint8Array>();
  let total = 0;

  function remove(key: string): void {
    total -= files.get(key)?.length ?? 0;
    files.delete(key);
  }

  return {
    get(key) {
      const bytes = files.get(key);
      if (bytes === undefined) return undefined;
      files.delete(key);
      files.set(key, bytes);
      return bytes;
    },
    set(key, bytes) {
      remove(key);
      if (bytes.length > mostBytes) return;
      files.set(key, bytes);
      total += bytes.length;
      for (const oldest of files.keys()) {
        if (files.size <= mostEntries && total <= mostBytes) break;
        remove(oldest);
      }
    },
    clear() {
      files.clear();
      total = 0;
    },
  };
}
