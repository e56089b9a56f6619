/** A simulator on a busy machine may take seconds, and one taken for the real server has its tasks remembered elsewhere. */
const patienceMs = 10_000;

/**
 * Whether klingkit's simulator answers at this address. The address alone proves nothing: a loopback one may be a tunnel to
 * the real server, another one a simulator in a container. No key is sent.
 */
export async function isSimulator(baseUrl: string, fetch = globalThis.fetch): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    // A base URL with a path by mistake is still the simulator's.
    const answer = await fetch(new URL("/__mock/health", baseUrl), { signal, redirect: "error", credentials: "omit" });
    const health: unknown = await answer.json();
    return health !== null && typeof health === "object" && "status" in health && health.status === "ok";
  } catch {
    return false;
  }
}
