import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { calls, families } from "../generated/families.js";
import { document, follow, jsonOf, type Node, operations } from "./contract-document.js";
import { callsAtOnce, taskFamilies } from "./contract-endpoints.js";

const marks = ["official", "gateway", "many", "one", "inferred", "none"];
const statuses = ["live", "documented", "undocumented", "unavailable", "discontinued"];

describe("endpoints", () => {
  it("has every task family of the reference, under its path and status", () => {
    const found = Object.values(families).map(({ name, path, gatewayStatus }) => [name, [path, gatewayStatus]]);
    expect(Object.fromEntries(found)).toEqual(taskFamilies);
  });

  it("has every call of the reference, under its method, path and status", () => {
    const found = Object.values(calls).map(({ name, method, path, gatewayStatus }) => [
      name,
      [method, path, gatewayStatus],
    ]);
    expect(Object.fromEntries(found)).toEqual(callsAtOnce);
  });

  it.each(Object.entries(taskFamilies))("gives %s a submit, a get and a list", (name, [path]) => {
    const of = (at: string, method: string) => document.paths[at]?.[method]?.["x-klingkit-verb"];
    expect([of(path, "post"), of(path, "get"), of(`${path}/{id}`, "get")]).toEqual(["submit", "list", "get"]);
    expect(document.paths[path]?.post?.["x-klingkit-operation"]).toBe(name);
  });

  it("has nothing else", () => {
    const families = Object.values(taskFamilies).flatMap(([path]) => [path, `${path}/{id}`]);
    const alone = Object.values(callsAtOnce).map(([, path]) => path);
    expect(Object.keys(document.paths).sort()).toEqual([...families, ...alone].sort());
  });
});

describe("operations", () => {
  it.each(operations().map((row) => [row.operation.operationId, row.operation] as const))(
    "marks %s with what is known about it",
    (_, operation) => {
      const verb = operation["x-klingkit-verb"];
      expect(["submit", "get", "list", "call"]).toContain(verb);
      expect(statuses).toContain(operation["x-cometapi-status"]);
      expect(marks).toContain((operation["x-evidence"] as Node).mark);
      if (verb !== "submit") return;
      expect(["yes", "unlisted", "no"]).toContain(operation["x-external-task-id"]);
      expect(operation["x-timing"]).toMatchObject({
        firstPollSeconds: expect.any(Number),
        pollSeconds: [expect.any(Number), expect.any(Number)],
      });
    },
  );

  it.each(operations().map((row) => [row.operation.operationId, row.operation] as const))(
    "shows what is on record of %s",
    (_, operation) => {
      const answer = jsonOf(operation.responses["200"]);
      const isOpen = answer?.examples === undefined;
      if (isOpen) expect(dataEvidence(answer)).toBe("none");
      const request = jsonOf(operation.requestBody);
      if (!request) return;
      const schema = follow(request.schema as Node);
      if (request.examples === undefined) expect((schema["x-evidence"] as Node).mark).toBe("none");
    },
  );

  it("says whether the external id is a field of the body", () => {
    for (const { operation } of operations()) {
      if (operation["x-klingkit-verb"] !== "submit") continue;
      const body = follow(jsonOf(operation.requestBody)?.schema as Node).properties as Node;
      expect([operation.operationId, "external_task_id" in body]).toEqual([
        operation.operationId,
        operation["x-external-task-id"] !== "no",
      ]);
    }
  });
});

describe("requests", () => {
  const bodies = operations().flatMap(({ operation }) => {
    const body = jsonOf(operation.requestBody);
    return body ? [[operation.operationId, follow(body.schema as Node)] as const] : [];
  });
  it.each(bodies)("gives every property of %s a description and its evidence", (_, schema) => {
    for (const [path, property] of propertiesOf(schema)) {
      expect([path, marks.includes(String((property["x-evidence"] as Node | undefined)?.mark))]).toEqual([path, true]);
      expect([path, (property["x-evidence"] as Node).from]).toEqual([path, expect.stringMatching(/\S/)]);
      expect([path, property.description]).toEqual([path, expect.stringMatching(/\S/)]);
    }
  });

  it.each(bodies)(
    "keeps properties and alternatives of %s apart, which would turn the type into unknown",
    (_, schema) => {
      expect(schema.properties && (schema.anyOf ?? schema.oneOf)).toBeFalsy();
    },
  );

  it("fills in known names for every open list of models", () => {
    const models = bodies.flatMap(([name, schema]) => {
      const model = (schema.properties as Node | undefined)?.model_name as Node | undefined;
      return model?.["x-models-of"] ? [[name, model["x-known-values"]]] : [];
    });
    expect(models.length).toBe(10);
    for (const [name, known] of models)
      expect([name, known]).toEqual([name, expect.arrayContaining([expect.any(String)])]);
  });
});

describe("examples", () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(document, "contract");
  const shown = once(mediaTypes()).flatMap(({ name, media }) =>
    Object.entries((media.examples ?? {}) as Record<string, Node>).map(
      ([key, example]) => [`${name} ${key}`, media.schema as Node, follow(example)] as const,
    ),
  );

  it.each(shown)("%s validates and says where it comes from", (_, schema, example) => {
    const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"contract#/')));
    validate(example.value);
    expect(validate.errors ?? []).toEqual([]);
    expect(example["x-origin"]).toMatch(/^(real|published|observed|constructed|stock)/);
    expect(example.summary).toMatch(/\S/);
  });

  it("uses every example file", () => {
    const folder = new URL("../examples/", import.meta.url);
    const used = new Set(shown.map(([, , { summary, value }]) => JSON.stringify([summary, value])));
    const unused = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".json"))
      .filter((file) => {
        const { summary, value } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
        return !used.has(JSON.stringify([summary, value]));
      });
    expect(unused).toEqual([]);
  });

  it("holds no number a JavaScript reader would round", () => {
    const folder = new URL("../examples/", import.meta.url);
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".json")) continue;
      expect([file, readFileSync(new URL(file, folder), "utf8")]).toEqual([
        file,
        expect.not.stringMatching(/": \d{16,}/),
      ]);
    }
  });
});

describe("types", () => {
  it("turned no schema into unknown", () => {
    const lines = readFileSync(new URL("../generated/schema.ts", import.meta.url), "utf8").split("\n");
    const unknown = lines.filter(
      (line) => /\bunknown\b/.test(line) && !/^\s*(\/?\*|\[\w+: string\]: unknown;)/.test(line),
    );
    // What a refusal carries beside its code is anybody's guess, and says so.
    expect(unknown.map((line) => line.trim())).toEqual(["data?: unknown;"]);
  });
});

/** Media types of every operation, webhook and shared response. */
function mediaTypes(): { name: string; media: Node }[] {
  const all = [
    ...operations().map((row) => row.operation),
    ...Object.values(document.webhooks).map((item) => item.post),
  ];
  return all.flatMap((operation) => {
    if (!operation) return [];
    const holders = [["request", operation.requestBody] as const, ...Object.entries(operation.responses)];
    return holders.flatMap(([kind, holder]) => {
      const media = jsonOf(holder);
      return media ? [{ name: `${operation.operationId} ${kind}`, media }] : [];
    });
  });
}

/** Shared answers need looking at only once. */
function once(list: { name: string; media: Node }[]): { name: string; media: Node }[] {
  return [...new Map(list.map((row) => [JSON.stringify(row.media), row])).values()];
}

/** Every property of a schema, nested ones and those of list items with their path. */
function propertiesOf(schema: Node, prefix = ""): [string, Node][] {
  const items = schema.items ? propertiesOf(follow(schema.items as Node), `${prefix}[].`) : [];
  const own = Object.entries((schema.properties ?? {}) as Record<string, Node>).flatMap(([name, raw]) => {
    const property = follow(raw);
    return [[`${prefix}${name}`, property] as [string, Node], ...propertiesOf(property, `${prefix}${name}.`)];
  });
  return [...own, ...items];
}

/** The evidence mark of a 200 answer's `data`. */
function dataEvidence(media: Node | undefined): unknown {
  if (!media) return undefined;
  const success = follow(((media.schema as Node).anyOf as Node[])[0] as Node);
  const properties = (success.allOf as Node[]).map((part) => (follow(part).properties ?? {}) as Record<string, Node>);
  const data = properties.find((part) => part.data)?.data;
  return data && (follow(data)["x-evidence"] as Node | undefined)?.mark;
}
