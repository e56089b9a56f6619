import { type Dialect, dialectPath } from "@klingkit/spec";
import { type Operation, operations } from "../contract-check.js";
import type { Draw } from "./draw.js";
import { mutated, oddText, oddValue } from "./values.js";

/** A request nobody would send, or somebody would. */
export interface FuzzedRequest {
  readonly method: string;
  /** With its query. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The operation that the address and method belong to, where they are as the contract has them. */
  readonly operation?: Operation;
  /** Whether an error was asked for. */
  readonly asked: boolean;
}

const keys = [
  "k",
  "other",
  "test-ten-units",
  "test-one-slot",
  "test-refused-ip",
  "test-arrears",
  "test-forbidden-model",
];
const oddHeaders: Readonly<Record<string, readonly string[]>> = {
  authorization: [
    "",
    "Bearer",
    "Bearer ",
    "bearer k",
    "Bearer a b",
    "Basic azpr",
    "Bearer a.b.c",
    "Bearer ..",
    "Bearer eyJhbGciOiJub25lIn0.e30.",
  ],
  prefer: [
    "",
    "nonsense",
    "code=",
    "code=constructor",
    "scenario=__proto__",
    "fault=toString",
    "delay=-1",
    "times=0",
    "=",
    ",;,",
    "code=1303=1",
  ],
  range: [
    "bytes=0-",
    "bytes=-0",
    "bytes=9-1",
    "bytes=a-b",
    "bytes=0-1,2-3",
    "lines=1-2",
    "bytes=99999999999999999999-",
  ],
  "if-none-match": ["*", '"', 'W/""'],
  "if-modified-since": ["", "yesterday", "Sun, 31 Feb 2026 00:00:00 GMT"],
  origin: ["null", "https://evil.example", "http://["],
  "content-type": ["", "text/plain", "application/xml", "application/json; charset=utf-16"],
  "content-encoding": ["gzip", "nonsense"],
};
const asking = ["code=5000", "fault=html-502", "fault=code-in-200", "scenario=risk-control", "code=1303, times=2"];
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get", "FOO", "PROPFIND"];
const controlPaths = [
  "health",
  "state",
  "requests?limit=-1",
  "requests?limit=1e9",
  "ledger",
  "clock",
  "rules",
  "rules/rule-1",
  "tasks",
  "tasks/1",
  "tasks/1/advance",
  "accounts",
  "callbacks",
  "restore",
  "snapshot",
  "scenarios",
  "faults",
  "files?address=%",
  "__proto__",
  "",
  "../kling",
];
const controlBodies = [
  '{"advance":1e15}',
  '{"advance":-1}',
  '{"advance":0.5}',
  '{"set":"now"}',
  '{"set":9e15}',
  '{"speed":0}',
  '{"freeze":1}',
  '{"prefer":"code=1303"}',
  '{"prefer":5}',
  '{"prefer":"fault=html-502","times":1e99}',
  '{"match":{"__proto__":"a"},"prefer":"code=1303"}',
  '{"key":"k","units":-1}',
  '{"account":"account-9"}',
  '{"version":1,"tasks":[null]}',
  "[]",
  "{",
  "",
];

/** Makes requests from a seed; ids the simulator has given out come in again. */
export class RequestMaker {
  readonly #draw: Draw;
  readonly #dialect: Dialect;
  /** Ids and addresses of results that were seen in answers; the latest few. */
  readonly seen: string[] = [];

  constructor(draw: Draw, dialect: Dialect) {
    this.#draw = draw;
    this.#dialect = dialect;
  }

  next(): FuzzedRequest {
    const kind = this.#draw.fraction();
    if (kind < 0.25) return this.#valid();
    if (kind < 0.6) return this.#altered();
    return kind < 0.93 ? this.#hostile() : this.#control();
  }

  #valid(): FuzzedRequest {
    const operation = this.#draw.pick(operations);
    const address = dialectPath(operation.path, this.#dialect).replace("{id}", this.#id());
    const headers: Record<string, string> = { authorization: `Bearer ${this.#draw.pick(keys)}` };
    const asked = this.#draw.chance(0.1);
    if (asked) headers.prefer = this.#draw.pick(asking);
    const body = operation.method === "post" ? { body: JSON.stringify(this.#example(operation)) } : {};
    return { method: operation.method.toUpperCase(), address, headers, operation, asked, ...body };
  }

  #altered(): FuzzedRequest {
    const valid = this.#valid();
    if (typeof valid.body !== "string") return { ...valid, headers: this.#oddly(valid.headers) };
    let body: Record<string, unknown> = JSON.parse(valid.body);
    for (let count = 1 + this.#draw.below(3); count > 0; count -= 1) body = mutated(this.#draw, body);
    return { ...valid, body: JSON.stringify(body) };
  }

  #hostile(): FuzzedRequest {
    const valid = this.#valid();
    const headers = this.#oddly(valid.headers);
    switch (this.#draw.below(4)) {
      case 0:
        return typeof valid.body === "string"
          ? { ...valid, headers, body: oddText(this.#draw, valid.body) }
          : { ...valid, headers };
      case 1:
        return withoutOperation({ ...valid, headers, method: this.#draw.pick(methods) });
      case 2:
        return withoutOperation({ ...valid, headers, address: this.#oddPath(valid.address) });
      default:
        return { ...valid, headers };
    }
  }

  #control(): FuzzedRequest {
    return {
      method: this.#draw.pick(["GET", "POST", "DELETE", "PUT"]),
      address: `/__mock/${this.#draw.pick(controlPaths)}`,
      headers: this.#draw.chance(0.2) ? this.#oddly({}) : {},
      body: this.#draw.chance(0.8) ? this.#draw.pick(controlBodies) : JSON.stringify(oddValue(this.#draw)),
      asked: false,
    };
  }

  #example({ examples }: Operation): Record<string, unknown> {
    const example = examples.length > 0 ? this.#draw.pick(examples) : {};
    const own = this.#draw.chance(0.3) ? { external_task_id: `own-${this.#draw.below(1_000)}` } : {};
    // Nobody listens where examples send their callbacks.
    const { callback_url: _, ...body } = { ...example, ...own } as Record<string, unknown>;
    return body;
  }

  #id(): string {
    const ids = [...this.seen.filter((text) => !text.startsWith("/")), "1", "own-1", "__proto__", "%2e%2e", "a%2Fb"];
    return encodeURI(this.#draw.pick(ids));
  }

  #oddly(headers: Readonly<Record<string, string>>): Record<string, string> {
    const name = this.#draw.pick(Object.keys(oddHeaders));
    return { ...headers, [name]: this.#draw.pick(oddHeaders[name] ?? [""]) };
  }

  #oddPath(address: string): string {
    const results = this.seen.filter((text) => text.startsWith("/"));
    if (results.length > 0 && this.#draw.chance(0.4)) {
      const result = this.#draw.pick(results);
      return this.#draw.chance(0.5) ? result : result.replace(/[0-9a-f]{4}/, "ffff");
    }
    const segments = [
      "..",
      ".",
      "",
      "%2e%2e",
      "%00",
      "%E0%A4%A",
      "__proto__",
      "constructor",
      "a".repeat(9_000),
      "😀",
      "\\",
      ";",
      "bs2",
      "kling",
    ];
    const segment = encodeURI(this.#draw.pick(segments)).replaceAll("%25", "%");
    return this.#draw.chance(0.5) ? `${address}/${segment}` : address.replace(/[^/]+/, segment);
  }
}

function withoutOperation({ operation: _, ...request }: FuzzedRequest): FuzzedRequest {
  return request;
}
