import { Redis } from "ioredis";

/** Makes a connection that waits for a lost Redis to come back, up to two seconds between two tries. */
export function connect(address: string): Redis {
  const redis = new Redis(address, {
    maxRetriesPerRequest: null,
    retryStrategy: (tries) => Math.min(2_000, 50 * tries),
  });
  redis.on("error", () => {});
  return redis;
}

/** Whether Redis refused a command because it is full, loading, or can't write to its disk: it may take it later. */
export function isRedisRefusal(error: unknown): error is Error {
  return (
    error instanceof Error &&
    error.name === "ReplyError" &&
    /^(OOM|LOADING|MISCONF|READONLY|BUSY)\b/.test(error.message)
  );
}

/** Whether Redis can't be used now: it refuses commands, or its connection is lost. */
export function isRedisTrouble(error: unknown): boolean {
  return (
    isRedisRefusal(error) ||
    (error instanceof Error && /^(Connection is closed|Stream isn't writeable)/.test(error.message))
  );
}
