import type { ClientContext } from "./context.js";
import { InputError } from "./errors/index.js";

/** The key is the same in every copy of klingkit, so that a function of one copy works with a client of another. */
const key = Symbol.for("klingkit.context");

/** Attaches the internals to the client, hidden from listing, copying and printing. */
export function withContext<Client extends object>(client: Client, context: ClientContext): Client {
  return Object.defineProperty(client, key, { value: context });
}

/**
 * The internals of a client; undefined for an object that `createKlingClient` did not make, such as a test's stand-in.
 */
export function contextIn(client: object | undefined): ClientContext | undefined {
  return (client as { readonly [key]?: ClientContext } | undefined)?.[key];
}

/**
 * The internals of a client, for separate functions such as `download`.
 * @throws InputError for an object that `createKlingClient` did not make
 */
export function contextOf(client: object): ClientContext {
  const context = contextIn(client);
  if (context) return context;
  throw new InputError("This is not a client of klingkit.", "Pass what createKlingClient returned, not a copy of it.");
}
