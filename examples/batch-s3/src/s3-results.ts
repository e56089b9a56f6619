import type { StoreResult } from "@klingkit/batch";
import { S3mini } from "s3mini";

export interface Bucket {
  /** The bucket's address, such as `https://s3.eu-central-1.amazonaws.com/videos` or R2's or MinIO's. */
  readonly endpoint: string;
  readonly region?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Put before each name, such as `autumn/`. Default: none. */
  readonly prefix?: string;
}

/**
 * Streams results into a bucket; large ones in parts, so that no video is in memory whole. What is there under the same name is
 * replaced: it is the same result, from a worker that was killed, or that of the row before it was edited.
 */
export function s3Results({ prefix = "", region = "auto", ...keys }: Bucket): StoreResult {
  const bucket = new S3mini({ ...keys, region });
  return async (_, stream, { name, type }) => {
    const key = `${prefix}${name}`;
    await bucket.putAnyObject(key, stream, type);
    return `${keys.endpoint}/${key}`;
  };
}
