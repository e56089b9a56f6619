import { InputError, isLoopback } from "@klingkit/core";

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that requests to an address take, and the variable that names it; undefined where they go directly. */
export function proxyFor(
  address: string,
  env: Environment,
): { readonly variable: string; readonly proxy: string } | undefined {
  if (isLoopback(address) || isExcluded(address, env)) return undefined;
  const names = address.startsWith("https:") ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy", "HTTP_PROXY"];
  const variable = names.find((name) => env[name]);
  return variable === undefined ? undefined : { variable, proxy: env[variable] ?? "" };
}

/** What undici can be given: with a scheme, which many leave out. */
export function isProxy(proxy: string): boolean {
  return URL.canParse(proxy) && /^(https?|socks5?):$/.test(new URL(proxy).protocol);
}

/** Host and port of a proxy. The rest of its address may hold a password. */
export function hostOf(proxy: string): string {
  return isProxy(proxy) ? new URL(proxy).host : "that is not an address";
}

/** Whether NO_PROXY names the address. undici decides in the end; this says what `doctor` shows. */
function isExcluded(address: string, env: Environment): boolean {
  const { hostname, port, protocol } = new URL(address);
  const actualPort = port || (protocol === "https:" ? "443" : "80");
  return noProxy(env).some((entry) => {
    const [, name = "", entryPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (entryPort && entryPort !== actualPort) return false;
    return entry === "*" || hostname === name || hostname.endsWith(`.${name}`);
  });
}

function noProxy(env: Environment): string[] {
  return (env.no_proxy ?? env.NO_PROXY ?? "").split(/[\s,]+/).filter((entry) => entry !== "");
}

/**
 * A `fetch` that takes the proxy that the environment names for each address: results may need one where the server does not.
 * undici is loaded only then: it costs more than the rest of the command.
 * @param address of the server
 * @param onRefusal told when the proxy opens no way to an origin; such a request has certainly not been sent
 * @throws InputError for a variable that holds no address of a proxy. It never shows what may be a password.
 */
export async function fetchThroughProxy(
  address: string,
  env: Environment,
  onRefusal: (why: string, origin: string) => void = () => {},
): Promise<typeof globalThis.fetch> {
  let dispatcher = proxyFor(address, env) && (await agentFor(env));
  return async (input, init) => {
    const target = input instanceof Request ? input.url : String(input);
    if (!proxyFor(target, env)) return globalThis.fetch(input, init);
    dispatcher ??= await agentFor(env);
    try {
      return await globalThis.fetch(input, { ...init, dispatcher } as RequestInit);
    } catch (error) {
      const why = refusalIn(error);
      if (why === undefined) throw error;
      onRefusal(why, new URL(target).origin);
      // As the client knows a connection that was never there: the request may be sent again.
      const cause = Object.assign(new Error(why), { code: "ECONNREFUSED", syscall: "connect" });
      throw new TypeError("fetch failed", { cause });
    }
  };
}

async function agentFor(env: Environment) {
  const http = firstProxy({ http_proxy: env.http_proxy, HTTP_PROXY: env.HTTP_PROXY });
  const httpsProxy = firstProxy({ https_proxy: env.https_proxy, HTTPS_PROXY: env.HTTPS_PROXY }) ?? http;
  const { EnvHttpProxyAgent } = await import("undici");
  return new EnvHttpProxyAgent({
    ...(http ? { httpProxy: http } : {}),
    ...(httpsProxy ? { httpsProxy } : {}),
    noProxy: noProxy(env).join(","),
  });
}

/** The proxy that the first variable with a value names. */
function firstProxy(variables: Environment): string | undefined {
  const [variable, proxy] = Object.entries(variables).find(([, value]) => value) ?? [];
  if (!proxy || isProxy(proxy)) return proxy;
  throw new InputError(`${variable} is not the address of a proxy.`, "Set it to http://host:port.", "invalid-proxy");
}

/** undici's word for a proxy that answers CONNECT with an error, or can't be reached; undefined for anything else. */
function refusalIn(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (/^Proxy response|proxy connection/i.test(cause.message)) return cause.message;
  return undefined;
}
