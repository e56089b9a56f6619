import {
  type Call,
  calls,
  type Dialect,
  dialectPath,
  dialects,
  type Family,
  families,
  type Verb,
} from "@klingkit/spec";

/** The target of a path: a family's tasks, one task, or a call. */
export type Route =
  | { readonly kind: "collection"; readonly family: Family }
  | { readonly kind: "task"; readonly family: Family; readonly id: string }
  | { readonly kind: "call"; readonly call: Call };

/** The dialect's paths. */
export class Routes {
  readonly #collections: ReadonlyMap<string, Family>;
  readonly #calls: ReadonlyMap<string, Call>;
  readonly #unsimulated: readonly string[];

  constructor(dialect: Dialect) {
    const allFamilies: readonly Family[] = Object.values(families);
    const allCalls: readonly Call[] = Object.values(calls);
    this.#collections = new Map(allFamilies.map((family) => [dialectPath(family.path, dialect), family]));
    const served = allCalls.filter((call) => call.dialects.includes(dialect));
    this.#unsimulated = dialects[dialect].unsimulated ?? [];
    this.#calls = new Map(served.map((call) => [dialectPath(call.path, dialect), call]));
  }

  find(path: string): Route | undefined {
    const call = this.#calls.get(path);
    if (call) return { kind: "call", call };
    const collection = this.#collections.get(path);
    if (collection) return { kind: "collection", family: collection };
    const slash = path.lastIndexOf("/");
    const family = this.#collections.get(path.slice(0, slash));
    const id = decode(path.slice(slash + 1));
    return family && id ? { kind: "task", family, id } : undefined;
  }

  /** Whether a path is the server's, and outside of the contract. */
  isUnsimulated(path: string): boolean {
    return this.#unsimulated.some((start) => path === start || path.startsWith(`${start}/`));
  }

  /** Whether a path lies where the contract's paths lie, known or not. */
  covers(path: string): boolean {
    return /^\/(kling|v1|account)\//.test(path) || this.isUnsimulated(path);
  }
}

/** Name of the operation. */
export function routeName(route: Route): string {
  return route.kind === "call" ? route.call.name : route.family.name;
}

/** The verb that a method means on a route; the nearest verb for a method the route does not have. */
export function verbOf(route: Route, method: string): Verb {
  if (route.kind === "call") return "call";
  if (route.kind === "task") return "get";
  return method === "POST" ? "submit" : "list";
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
