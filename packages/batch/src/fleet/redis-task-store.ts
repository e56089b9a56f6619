import { mergeRecord, type TaskKey, type TaskRecord, type TaskStore } from "@klingkit/core";
import type { Redis } from "ioredis";

/** Takes an intention that is free or was refused; else gives the record that was there. */
const claim = `
local earlier = redis.call("HGET", KEYS[1], ARGV[1])
if earlier and cjson.decode(earlier).state ~= "refused" then return earlier end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
return false`;

/** Replaces a record that is still the one that was read. */
const replace = `
local earlier = redis.call("HGET", KEYS[1], ARGV[1]) or ""
if earlier ~= ARGV[2] then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
return 1`;

/**
 * A task store in one hash of Redis, for all workers of a fleet. It is as durable as Redis is: run it with AOF.
 * @param key name of the hash
 */
export function redisTaskStore(redis: Redis, key: string): TaskStore {
  const read = async (field: string) => redis.hget(key, field);
  const update = async (record: TaskRecord): Promise<void> => {
    const field = fieldOf(record);
    for (;;) {
      const earlier = await read(field);
      const next = earlier ? mergeRecord(JSON.parse(earlier) as TaskRecord, record) : record;
      // Somebody else's news came in between: merge with that.
      if ((await redis.eval(replace, 1, key, field, earlier ?? "", JSON.stringify(next))) === 1) return;
    }
  };
  return {
    async claim(record) {
      const earlier = await redis.eval(claim, 1, key, fieldOf(record), JSON.stringify(record));
      return typeof earlier === "string" ? (JSON.parse(earlier) as TaskRecord) : undefined;
    },
    async find(taskKey) {
      const found = await read(fieldOf(taskKey));
      return found ? (JSON.parse(found) as TaskRecord) : undefined;
    },
    update,
    async list({ open } = {}) {
      const records = (await redis.hvals(key)).map((text) => JSON.parse(text) as TaskRecord);
      return open ? records.filter(({ state }) => state !== "ended" && state !== "refused") : records;
    },
  };
}

/** Only the account may hold spaces. */
function fieldOf({ dialect, origin, account, family, external_task_id }: TaskKey): string {
  return `${dialect} ${origin} ${family} ${external_task_id} ${account}`;
}
