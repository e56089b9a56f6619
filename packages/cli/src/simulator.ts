/** A simulator on a busy machine may take seconds, and one taken for the real server has its tasks remembered elsewhere. */
const patienceMs = 10_000;

/**
 * Whether klingkit's simulator answers at this address. The address alone proves nothing: a loopback one may be a tunnel to
 * the real server, another one a simulator in a container. No key is sent.
 * @returns undefined where nothing answers
 */
export async function isSimulator(baseUrl: string, fetch = globalThis.fetch): Promise<boolean | undefined> {
  const signal = AbortSignal.timeout(patienceMs);
  // A base URL with a path by mistake is still the simulator's.
  const address = new URL("/__mock/health", baseUrl);
  const answer = await fetch(address, { signal, redirect: "manual", credentials: "omit" }).catch(() => undefined);
  if (!answer) return undefined;
  const health: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
  return health !== null && typeof health === "object" && "status" in health && health.status === "ok";
}
