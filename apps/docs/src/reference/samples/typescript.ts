import type { Operation } from "../document.js";
import { literal, typescriptNotation } from "./literal.js";
import { requestOf, type SampleRequest } from "./request.js";

/**
 * A program that calls an operation by the client, on the simulator. It runs as it stands.
 * @param submit what makes the task that `get` and `list` read, or the element that is deleted
 */
export function typescriptSample(operation: Operation, submit: Operation | undefined): string {
  const request = requestOf(operation, submit);
  const { name, dialect } = request;
  const verb = operation.source["x-klingkit-verb"];
  const made = submit && { ...requestOf(submit, operation), dialect };
  if (verb === "submit") return program(request, [...create(request, "task"), ...waiting(request)]);
  if (verb === "call" && made && isDeletionOfElements(name)) {
    return program(made, [...create(made, "made"), ...deletion(name, made.name)]);
  }
  if (verb === "call") {
    return program(request, [`const answer = await kling.${name}(${argument(request)});`, "console.log(answer);"]);
  }
  if (made === undefined) throw new Error(`${operation.id} reads a task that nothing makes.`);
  return program(made, [...create(made, "created"), ...reading(made, verb === "list")]);
}

function program(request: SampleRequest, lines: readonly string[]): string {
  const { dialect, isOfThePast } = request;
  const isKling = dialect === "kling";
  const options = [...(isKling ? ['dialect: "kling"'] : []), ...(isOfThePast ? ["clock"] : [])].join(", ");
  const clientOptions = ['apiKey: "anything"', ...(isKling ? ['dialect: "kling"'] : []), "fetch: mock.fetch"];
  return [
    'import { createKlingClient } from "@klingkit/core";',
    `import { createMock${isOfThePast ? ", MockClock" : ""} } from "@klingkit/mock-server";`,
    ...(lines.some((line) => /: picture,/.test(line)) ? ['import { picture } from "./picture.js";'] : []),
    "",
    ...(isOfThePast
      ? [
          "// Only discontinued models can do this. A clock of 2025 still serves them.",
          "const clock = new MockClock(() => Date.UTC(2025, 10, 28) + performance.now());",
        ]
      : []),
    "// Without `fetch` the client is live: it needs a key, and calls cost money.",
    `const mock = createMock(${options === "" ? "" : `{ ${options} }`});`,
    `const kling = createKlingClient({ ${clientOptions.join(", ")} });`,
    "",
    ...lines,
  ].join("\n");
}

function create(request: SampleRequest, variable: string): string[] {
  return [`const ${variable} = await kling.${request.name}.submit(${argument(request)});`];
}

function waiting({ name }: SampleRequest): string[] {
  return [
    "console.log(task.task_id);",
    "",
    `const done = await kling.${name}.wait(task);`,
    "console.log(done.task_result);",
  ];
}

function reading({ name }: SampleRequest, isList: boolean): string[] {
  const ask = isList
    ? [
        `const [task] = await kling.${name}.list({ pageNum: 1, pageSize: 10 });`,
        "console.log(task?.task_status, task?.task_id);",
      ]
    : [
        `const task = await kling.${name}.get(created); // or a task id`,
        "console.log(task.task_status, task.task_result);",
      ];
  return ["", "mock.clock.advance(600_000); // ten minutes pass on the simulator", ...ask];
}

/** Only an element that was made before can be deleted. */
function isDeletionOfElements(name: string): boolean {
  return /^delete\w*Elements$/.test(name);
}

function deletion(name: string, family: string): string[] {
  return [
    `const { task_result } = await kling.${family}.wait(made);`,
    'const element_id = task_result?.elements?.[0]?.element_id ?? "";',
    `const answer = await kling.${name}({ element_id });`,
    "console.log(answer);",
  ];
}

/** The body as code; its first picture is the reader's. */
function argument({ body, query, operation, picture }: SampleRequest): string {
  const whole = operation.method === "GET" ? numbersOf(query) : body;
  const entries = Object.entries(whole).map(([key, value]) => {
    const code = key === picture ? "picture" : literal(value, typescriptNotation, "  ");
    return `  ${typescriptNotation.key(key)}: ${code},\n`;
  });
  return entries.length === 0 ? "{}" : `{\n${entries.join("")}}`;
}

function numbersOf(query: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([key, value]) => [key, /^\d+$/.test(value) ? Number(value) : value]),
  );
}
