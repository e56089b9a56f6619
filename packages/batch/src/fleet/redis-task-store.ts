import { randomBytes } from "node:crypto";
import { KlingkitError, mergeRecord, type TaskKey, type TaskRecord, type TaskStore } from "@klingkit/core";
import type { Redis } from "ioredis";

/** A record as Redis keeps it. */
interface StoredRecord extends TaskRecord {
  /** Of the claim that wrote it. A claim that is sent twice, because the connection was lost, knows its own record by it. */
  readonly claim?: string;
}

/** Takes an intention that is free, was refused, or is this claim's already; else gives the record that was there. */
const claim = `
local earlier = redis.call("HGET", KEYS[1], ARGV[1])
if earlier then
  local record = cjson.decode(earlier)
  if record.claim == ARGV[3] then return false end
  if record.state ~= "refused" then return earlier end
end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
return false`;

/** Replaces a record that is still the one that was read. */
const replace = `
local earlier = redis.call("HGET", KEYS[1], ARGV[1]) or ""
if earlier ~= ARGV[2] then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
return 1`;

export interface RedisTaskStoreOptions {
  /**
   * Whether a submit may wait until another member's time to send the same task is over, minutes after that member was killed.
   * Otherwise it fails with `another-sends`, before anything is sent. Default true.
   */
  readonly waits?: boolean | undefined;
}

/** Code of the refusal to wait for another member. */
export const anotherSends = "another-sends";

/**
 * A task store in one hash of Redis, for all workers of a fleet. It is as durable as Redis is: run it with AOF.
 * @param key name of the hash
 */
export function redisTaskStore(redis: Redis, key: string, { waits = true }: RedisTaskStoreOptions = {}): TaskStore {
  const member = randomBytes(9).toString("base64url");
  let claims = 0;
  const read = async (field: string) => redis.hget(key, field);
  return {
    async claim(record) {
      const stored: StoredRecord = { ...record, claim: `${member}${++claims}` };
      const earlier = await redis.eval(claim, 1, key, fieldOf(record), JSON.stringify(stored), stored.claim ?? "");
      return typeof earlier === "string" ? recordIn(earlier) : undefined;
    },
    async find(taskKey) {
      const text = await read(fieldOf(taskKey));
      if (!text) return undefined;
      const { claim: by, ...record } = JSON.parse(text) as StoredRecord;
      const isOthers = record.state === "sending" && record.until > Date.now() && !by?.startsWith(member);
      if (isOthers && !waits) throw sentByAnother(record);
      return record;
    },
    async update(record) {
      const field = fieldOf(record);
      for (;;) {
        const earlier = await read(field);
        const next = earlier ? mergeRecord(JSON.parse(earlier) as StoredRecord, record) : record;
        // Somebody else's news came in between: merge with that.
        if ((await redis.eval(replace, 1, key, field, earlier ?? "", JSON.stringify(next))) === 1) return;
      }
    },
    async list({ open } = {}) {
      const records = (await redis.hvals(key)).map(recordIn);
      return open ? records.filter(({ state }) => state !== "ended" && state !== "refused") : records;
    },
  };
}

function recordIn(text: string): TaskRecord {
  const { claim: _, ...record } = JSON.parse(text) as StoredRecord;
  return record;
}

function sentByAnother({ family, external_task_id, until }: TaskRecord): KlingkitError {
  return new KlingkitError(
    `Another member may be sending ${family}/${external_task_id} until ${new Date(until).toISOString()}.`,
    { code: anotherSends, retry: "after-delay", remedy: "Submit it again after that." },
  );
}

/** Only the account may hold spaces. */
function fieldOf({ dialect, origin, account, family, external_task_id }: TaskKey): string {
  return `${dialect} ${origin} ${family} ${external_task_id} ${account}`;
}
