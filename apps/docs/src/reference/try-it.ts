import { type RequestField, requestFields } from "@klingkit/spec";
import { checkRequest } from "@klingkit/spec/rules";
import type { Operation, Schema } from "./document.js";

const indent = "  ";
const pastClock = "const clock = new MockClock(() => Date.UTC(2025, 10, 28));";

/**
 * A program that calls one operation on the simulator, with the contract's own example as its request. Undefined for
 * what nobody calls (a callback).
 */
export function tryIt(operation: Operation, submit: Operation | undefined): string | undefined {
  const { source } = operation;
  const verb = source["x-klingkit-verb"];
  if (verb === undefined) return undefined;
  const writer = new Writer(verb === "list" || [operation, submit].some(isKlings) ? "kling" : "cometapi");
  if (submit && isDeletionOfElements(operation)) writer.deleteElement(operation, submit);
  else if (verb === "submit" || verb === "call") writer.send(operation, "answer");
  else if (submit) {
    writer.send(submit, "created");
    writer.read(operation, verb === "list");
  }
  return writer.text();
}

/** What lies under each key of a task's result, where it can be seen or heard. */
const kinds = { videos: "video", images: "picture", audios: "audio", voices: "audio" } as const;

type TryItOutcome = (typeof kinds)[keyof typeof kinds] | "console";

/** How that program ends, by the contract's own example of an answer: with what was made, or with what it prints. */
export function tryItOutcome({ answer }: Operation): TryItOutcome {
  const example = answer.examples.find(({ name }) => name === "succeed")?.value;
  const { task_result = {} } = (example as { data?: { task_result?: object } } | undefined)?.data ?? {};
  return Object.entries(kinds).find(([key]) => key in task_result)?.[1] ?? "console";
}

/** Only an element that was made before can be deleted. */
function isDeletionOfElements({ source }: Operation): boolean {
  return /^delete\w*Elements$/.test(String(source["x-klingkit-operation"]));
}

/** CometAPI does not serve it. */
function isKlings(operation: Operation | undefined): boolean {
  return operation?.source["x-cometapi-path"] === "none" || operation?.source["x-cometapi-status"] === "unavailable";
}

class Writer {
  readonly #dialect: "cometapi" | "kling";
  readonly #lines: string[] = [];
  #usesPicture = false;
  /** Only discontinued models can do what the example asks for. */
  #isOfThePast = false;

  constructor(dialect: "cometapi" | "kling") {
    this.#dialect = dialect;
  }

  /** A request by itself; its answer is printed where it is the one that matters. */
  send(operation: Operation, name: "answer" | "created"): void {
    const { request, parameters } = operation;
    const examples = request?.examples ?? [];
    const example = examples.find((one) => one.name.toLowerCase().endsWith(this.#dialect)) ?? examples[0];
    const address = JSON.stringify(this.#address(operation.path) + queryOf(parameters));
    this.#isOfThePast ||= checkRequest(String(operation.source["x-klingkit-operation"]), example?.value ?? {}, {
      dialect: this.#dialect,
    }).some(({ situation }) => situation.startsWith("discontinued"));
    const options =
      operation.method === "GET"
        ? "{ headers }"
        : `{ method: "POST", headers, body: JSON.stringify(${this.#body(operation, example?.value ?? {})}) }`;
    const call = `await mock.fetch(${address}, ${options})`;
    if (name === "answer")
      this.#lines.push(`const answer = ${call};`, "console.log(answer.status, await answer.json());");
    else this.#lines.push(`const created = ${call};`, "const { data } = await created.json();", "");
  }

  /** Asks for what was created, ten minutes later by the simulator's clock. */
  read(operation: Operation, isList: boolean): void {
    const address = this.#address(operation.path);
    const target = isList
      ? JSON.stringify(`${address}?pageNum=1&pageSize=10`)
      : `\`${address.replace("{id}", "$" + "{data.task_id}")}\``;
    this.#lines.push(
      "mock.clock.advance(600_000); // ten minutes",
      `const answer = await mock.fetch(${target}, { headers });`,
      "console.log(answer.status, await answer.json());",
    );
  }

  /** Makes an element, and deletes it ten minutes later. */
  deleteElement(operation: Operation, submit: Operation): void {
    this.send(submit, "created");
    const made = `\`${this.#address(submit.path)}/\${data.task_id}\``;
    this.#lines.push(
      "mock.clock.advance(600_000); // ten minutes",
      `const made = await (await mock.fetch(${made}, { headers })).json();`,
      "const [{ element_id }] = made.data.task_result.elements;",
      `const answer = await mock.fetch(${JSON.stringify(this.#address(operation.path))}, {`,
      `${indent}method: "POST",`,
      `${indent}headers,`,
      `${indent}body: JSON.stringify({ element_id }),`,
      "});",
      "console.log(answer.status, await answer.json());",
    );
  }

  text(): string {
    const options = [
      ...(this.#dialect === "kling" ? ['dialect: "kling"'] : []),
      ...(this.#isOfThePast ? ["clock"] : []),
    ].join(", ");
    const clock = this.#isOfThePast
      ? ["// Only models that are discontinued can do this: by a clock of 2025 they are served.", pastClock]
      : [];
    return [
      `import { createMock${this.#isOfThePast ? ", MockClock" : ""} } from "@klingkit/mock-server";`,
      ...(this.#usesPicture ? ['import { picture } from "./picture.js";'] : []),
      "",
      ...clock,
      `const mock = createMock(${options === "" ? "" : `{ ${options} }`});`,
      'const headers = { authorization: "Bearer anything", "content-type": "application/json" };',
      "",
      ...this.#lines,
    ].join("\n");
  }

  #address(path: string): string {
    return this.#dialect === "kling"
      ? `https://api-singapore.klingai.com${path.replace(/^\/kling/, "")}`
      : `https://api.cometapi.com${path}`;
  }

  /** The example as code; its first picture is the reader's. */
  #body({ source }: Operation, example: object): string {
    const fields: readonly RequestField[] = requestFields[String(source["x-klingkit-operation"])] ?? [];
    const picture = fields.find(({ name, image }) => image !== undefined && name in example)?.name;
    this.#usesPicture ||= picture !== undefined;
    const entries = Object.entries(example).map(
      ([name, value]) => `${indent}${key(name)}: ${name === picture ? "picture" : literal(value, indent)},`,
    );
    return entries.length === 0 ? "{}" : `{\n${entries.join("\n")}\n}`;
  }
}

/** What a query must say, in the contract's own example. */
function queryOf(parameters: readonly Schema[]): string {
  const needed = parameters.filter(({ required, in: place }) => required === true && place === "query");
  const values = needed.map(({ name, schema }) => `${name}=${((schema as Schema).examples as unknown[])[0]}`);
  return values.length === 0 ? "" : `?${values.join("&")}`;
}

function literal(value: unknown, before: string): string {
  const short = oneLine(value);
  if (short.length <= 80 || value === null || typeof value !== "object") return short;
  const inner = before + indent;
  if (Array.isArray(value)) return `[\n${value.map((item) => `${inner}${literal(item, inner)},\n`).join("")}${before}]`;
  const entries = Object.entries(value).map(([name, item]) => `${inner}${key(name)}: ${literal(item, inner)},\n`);
  return `{\n${entries.join("")}${before}}`;
}

function oneLine(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  const entries = Object.entries(value).map(([name, item]) => `${key(name)}: ${oneLine(item)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}
