import type { ClientContext } from "./context.js";
import { InputError } from "./errors/index.js";

/** The same in every copy of klingkit, so that a function of one copy works with a client of another. */
const key = Symbol.for("klingkit.context");

/** Gives the client its internals, where no listing, copying or printing of it shows them. */
export function withContext<Client extends object>(client: Client, context: ClientContext): Client {
  return Object.defineProperty(client, key, { value: context });
}

/** What a client works with; undefined for anything that `createKlingClient` did not make, such as a test's stand-in. */
export function contextIn(client: object | undefined): ClientContext | undefined {
  return (client as { readonly [key]?: ClientContext } | undefined)?.[key];
}

/**
 * What a client works with, for functions that stand beside it, and are loaded only where they are imported.
 * @throws InputError for anything that `createKlingClient` did not make
 */
export function contextOf(client: object): ClientContext {
  const context = contextIn(client);
  if (context) return context;
  throw new InputError("This is not a client of klingkit.", "Pass what createKlingClient returned, not a copy of it.");
}
