import type { ApiItem } from "./api.js";

interface ApiExample {
  /** What it is an example of: the name of the item, or of a member of it. */
  readonly of: string;
  /** File name, `watch.ts`. */
  readonly file: string;
  readonly code: string;
}

/** Programs that tests run, the shortest first. */
const programs: readonly Omit<ApiExample, "of">[] = Object.entries({
  ...import.meta.glob<string>("../examples/*.ts", { query: "?raw", import: "default", eager: true }),
  ...import.meta.glob<string>(
    [
      "../../../../examples/{recipes,task-stores}/src/*.ts",
      "../../../../examples/task-stores/test/*.ts",
      "../../../../examples/nextjs/lib/*.ts",
      "../../../../packages/mock-server/examples/*.{ts,mjs}",
    ],
    { query: "?raw", import: "default", eager: true },
  ),
})
  .map(([file, code]) => ({ file: file.slice(file.lastIndexOf("/") + 1), code: code.trimEnd() }))
  .sort((one, other) => one.code.length - other.code.length);

/** What programs call an object whose type they need not import: its members are used through that name. */
const receivers: Readonly<Record<string, string>> = {
  FamilyClient: String.raw`kling\.\w+`,
  KlingClient: "kling",
  Mock: "mock",
  MockClock: String.raw`mock\.clock`,
  Rules: String.raw`mock\.rules`,
  Ledger: String.raw`mock\.ledger`,
};

/**
 * The shortest program that imports a value from an entry of a package and, of what is used without an import, the
 * shortest one for each member. None where no program has it.
 */
export function examplesOf(specifier: string, item: ApiItem): readonly ApiExample[] {
  return usesIn(specifier, item).flatMap(({ of, pattern }) => {
    const program = programs.find(({ code }) => code.search(pattern) >= 0);
    return program ? [{ of, ...program }] : [];
  });
}

/** How often programs use an item and each of its members. */
export function countUses(specifier: string, item: ApiItem): readonly { readonly of: string; readonly uses: number }[] {
  return usesIn(specifier, item).map(({ of, pattern }) => ({
    of,
    uses: programs.reduce((sum, { code }) => sum + (code.match(pattern)?.length ?? 0), 0),
  }));
}

/** What a use looks like: of the item an import of its value, of a member its name after the dot. */
function usesIn(specifier: string, item: ApiItem): readonly { readonly of: string; readonly pattern: RegExp }[] {
  const imported = new RegExp(`import \\{[^}]*(?<!type )\\b${item.name}\\b[^}]*\\} from "${specifier}"`, "g");
  const receiver = receivers[item.name];
  const members = receiver === undefined ? [] : memberNames(item);
  return [
    { of: item.name, pattern: imported },
    ...members.map((of) => ({ of, pattern: new RegExp(String.raw`(?<![\w.])${receiver}\.${of}\b`, "g") })),
  ];
}

/** Those of an alias stand in its own text. */
function memberNames({ members, signature }: ApiItem): readonly string[] {
  return members.length > 0
    ? members.map(({ name }) => name)
    : Array.from(signature.matchAll(/^ +(?:readonly )?(\w+)[(:]/gm), ([, name = ""]) => name);
}
