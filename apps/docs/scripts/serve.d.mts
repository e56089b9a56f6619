/** Serves a folder as static hosts do, on the loopback interface; port 0 is any free one. */
export function serveSite(
  folder: string,
  port: number,
  onRequest?: (path: string) => void,
): Promise<{ readonly url: string; close(): void }>;
