interface ApiExample {
  /** File name, `watch.ts`. */
  readonly file: string;
  readonly code: string;
}

/** Programs that tests run, the shortest first. */
const programs: readonly ApiExample[] = Object.entries({
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

/** The shortest program that imports a value from an entry of a package; undefined where none does. */
export function exampleOf(specifier: string, name: string): ApiExample | undefined {
  const imported = new RegExp(`import \\{[^}]*(?<!type )\\b${name}\\b[^}]*\\} from "${specifier}"`);
  return programs.find(({ code }) => imported.test(code));
}
