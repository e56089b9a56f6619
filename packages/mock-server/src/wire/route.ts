import { type Dialect, dialectPath, type Family, families } from "@klingkit/spec";

/** What a path stands for: a family's tasks, or one of them. */
export interface Route {
  readonly family: Family;
  /** Task id or external id; undefined for the collection. */
  readonly id: string | undefined;
}

/** The dialect's paths. */
export class Routes {
  readonly #collections: ReadonlyMap<string, Family>;

  constructor(dialect: Dialect) {
    const rows: readonly Family[] = Object.values(families);
    this.#collections = new Map(rows.map((family) => [dialectPath(family.path, dialect), family]));
  }

  find(path: string): Route | undefined {
    const collection = this.#collections.get(path);
    if (collection) return { family: collection, id: undefined };
    const slash = path.lastIndexOf("/");
    const family = this.#collections.get(path.slice(0, slash));
    const id = decode(path.slice(slash + 1));
    return family && id ? { family, id } : undefined;
  }
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
