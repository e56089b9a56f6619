/** Finished videos by request, the least recently used dropped first. */
export interface VideoCache {
  get(key: string): Uint8Array | undefined;
  set(key: string, bytes: Uint8Array): void;
  clear(): void;
}

/**
 * @param mostEntries videos kept at most; 0 keeps none
 * @param mostBytes bytes kept at most; a video larger than that is not kept
 */
export function createVideoCache(mostEntries: number, mostBytes: number): VideoCache {
  // A Map iterates in order of insertion, so re-inserting on use keeps the oldest first.
  const videos = new Map<string, Uint8Array>();
  let total = 0;

  function remove(key: string): void {
    total -= videos.get(key)?.length ?? 0;
    videos.delete(key);
  }

  return {
    get(key) {
      const bytes = videos.get(key);
      if (bytes === undefined) return undefined;
      videos.delete(key);
      videos.set(key, bytes);
      return bytes;
    },
    set(key, bytes) {
      remove(key);
      if (bytes.length > mostBytes) return;
      videos.set(key, bytes);
      total += bytes.length;
      for (const oldest of videos.keys()) {
        if (videos.size <= mostEntries && total <= mostBytes) break;
        remove(oldest);
      }
    },
    clear() {
      videos.clear();
      total = 0;
    },
  };
}
