import { ConnectionError, InputError } from "@klingkit/core";
import { sentence } from "../report.js";

/**
 * Does work that needs the Redis at this address.
 * @throws InputError for a text that is not an address of a Redis
 * @throws ConnectionError where it refuses a command, as a full one does
 */
export async function withRedis(redis: string, work: () => Promise<void>): Promise<void> {
  // It is not repeated, because it may hold a password.
  if (!isRedisAddress(redis))
    throw new InputError("--redis is not the address of a Redis.", "Give one such as redis://127.0.0.1:6379.");
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ReplyError") throw error;
    throw new ConnectionError(`Redis refuses: ${sentence(error.message)}`, {
      code: "redis-refused",
      retry: "after-delay",
      remedy: "Make room for it, or name one that can be written to, and run the command again.",
      neverSent: true,
    });
  }
}

/** ioredis also takes host and port alone, and the path of a socket. */
function isRedisAddress(text: string): boolean {
  if (text.startsWith("/")) return true;
  const address = text.includes("://") ? text : `redis://${text}`;
  return URL.canParse(address) && /^rediss?:$/.test(new URL(address).protocol);
}
