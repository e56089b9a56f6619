import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as catalogue from "../generated/catalogue.js";
import { calls, families } from "../generated/families.js";
import { requestFields } from "../generated/fields.js";
import document from "../generated/openapi.json" with { type: "json" };

const folder = new URL("../catalogue/", import.meta.url);
const read = (name: string) => parse(readFileSync(new URL(`${name}.yaml`, folder), "utf8"));
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(".yaml", ""));
const validators = Object.fromEntries(
  names.map((name) => {
    const schema = JSON.parse(readFileSync(new URL(`schema/${name}.schema.json`, folder), "utf8"));
    return [
      name,
      new Ajv2020({
        allErrors: true,
        strict: true,
        strictRequired: false,
        strictTypes: false,
        validateFormats: false,
      }).compile(schema),
    ];
  }),
);

describe("the catalogue's files", () => {
  it.each(names)("%s.yaml fits its schema", (name) => {
    const validate = validators[name];
    validate?.(read(name));
    expect(validate?.errors ?? []).toEqual([]);
  });

  it.each([
    [
      "models",
      (data: { models: Record<string, unknown> }) =>
        Object.assign(data.models, { "kling-v9": { image2video: { durations: [5] } } }),
    ],
    [
      "models",
      (data: { switches: Record<string, unknown> }) =>
        Object.assign(data.switches, { newOne: { default: "maybe", question: "Really?" } }),
    ],
    [
      "prices",
      (data: { operations: Record<string, object> }) =>
        Object.assign(data.operations.tts ?? {}, { byMode: { any: "0.05" } }),
    ],
    [
      "prices",
      (data: { operations: Record<string, object> }) =>
        Object.assign(data.operations, { new: { unit: "video", per: "call" } }),
    ],
    ["errors", (data: { service: object[] }) => Object.assign(data.service[0] ?? {}, { read: "unknown" })],
    ["errors", (data: { gateway: object[] }) => Object.assign(data.gateway[0] ?? {}, { name: "Not kebab" })],
    ["dialects", (data: { kling: object }) => Object.assign(data.kling, { list: "yes" })],
  ] as const)("%s.yaml is refused with a slip", (name, slip) => {
    const data = read(name);
    slip(data);
    expect(validators[name]?.(data)).toBe(false);
  });
});

describe("models.yaml", () => {
  const rows = Object.entries(catalogue.models).flatMap(([model, { discontinued: _, ...row }]) =>
    Object.entries(row).map(([family, capability]) => ({ model, family, text: JSON.stringify(capability) })),
  );

  it.each(rows)("$model serves a family of the contract: $family", ({ family }) => {
    expect(Object.keys(families)).toContain(family);
  });

  it("declares every switch that a model or the contract names, and names every one it declares", () => {
    const named = rows.flatMap(({ text }) => [...text.matchAll(/"(?:open|switch)":"(\w+)"/g)].map(([, name]) => name));
    const inContract = Object.values(requestFields)
      .flat()
      .flatMap(({ openValues }) => openValues?.switch ?? []);
    const declared = Object.keys(catalogue.openSwitches);
    expect(declared).toEqual(expect.arrayContaining([...named, ...inContract]));
    const sources = readdirSync(new URL("../src/rules", import.meta.url), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"))
      .join("\n");
    for (const name of declared)
      expect([...named, ...inContract, sources.includes(`"${name}"`) && name]).toContain(name);
  });

  it("lets aliases lead to models, and none be a model", () => {
    for (const [alias, model] of Object.entries(catalogue.modelAliases)) {
      expect(catalogue.models).toHaveProperty([model]);
      expect(Object.keys(catalogue.models)).not.toContain(alias);
    }
  });

  it("keeps image models that outlive the video model of the same name", () => {
    expect(catalogue.models["kling-v2-1"]).toMatchObject({ image2video: { discontinued: "2026-09-15" } });
    expect(catalogue.models["kling-v2-1"]?.discontinued).toBeUndefined();
    expect(catalogue.models["kling-v2-1"]?.imageGenerations).not.toHaveProperty("discontinued");
    expect(catalogue.models["kling-v2"]?.discontinued).toBe("2026-09-15");
    const known = document.components.schemas.ImageGenerationsRequest.properties.model_name;
    expect(known["x-discontinued-values"]).toEqual(["kling-v1", "kling-v1-5", "kling-v2"]);
    expect(known.examples).toEqual(["kling-v2-1", "kling-v3"]);
  });

  it("knows the same effect scenes and voices as the contract", () => {
    const { EffectsRequest, TtsRequest } = document.components.schemas;
    const { single, dual } = catalogue.effectScenes;
    expect([...EffectsRequest.properties.effect_scene["x-known-values"]].sort()).toEqual([...single, ...dual].sort());
    expect(TtsRequest.properties.voice_id["x-known-values"]).toEqual(Object.keys(catalogue.ttsVoices));
  });
});

describe("errors.yaml", () => {
  // The reference's codes, written out: HTTP status, code, verdict for reads, verdict for creates.
  it.each([
    [401, 1000, "after-fix", "after-fix"],
    [401, 1001, "after-fix", "after-fix"],
    [401, 1002, "after-fix", "after-fix"],
    [401, 1003, "after-fix", "after-fix"],
    [401, 1004, "after-fix", "after-fix"],
    [429, 1100, "after-fix", "after-fix"],
    [429, 1101, "after-fix", "after-fix"],
    [429, 1102, "after-fix", "after-fix"],
    [403, 1103, "after-fix", "after-fix"],
    [400, 1200, "after-fix", "after-fix"],
    [400, 1201, "after-fix", "after-fix"],
    [404, 1202, "never", "never"],
    [404, 1203, "after-fix", "after-fix"],
    [400, 1300, "after-fix", "after-fix"],
    [400, 1301, "after-fix", "after-fix"],
    [429, 1302, "after-delay", "after-delay"],
    [429, 1303, "after-delay", "after-delay"],
    [429, 1304, "after-fix", "after-fix"],
    [500, 5000, "after-delay", "unknown"],
    [503, 5001, "after-delay", "unknown"],
    [504, 5002, "after-delay", "unknown"],
  ])("has %i %i", (status, code, read, create) => {
    expect(catalogue.serviceErrors.filter((row) => row.code === code)).toEqual([
      expect.objectContaining({ status, read, create }),
    ]);
  });

  it.each([
    [400, "", "gateway-bad-request", "after-fix", "after-fix"],
    [400, "invalid_request", "gateway-bad-request", "after-fix", "after-fix"],
    [401, "", "gateway-authentication", "after-fix", "after-fix"],
    [403, "", "gateway-forbidden", "after-fix", "after-fix"],
    [403, "insufficient_user_quota", "gateway-quota", "after-fix", "after-fix"],
    [403, "permission_denied", "gateway-permission", "after-fix", "after-fix"],
    [413, "", "gateway-too-large", "after-fix", "after-fix"],
    [429, "", "gateway-rate-limit", "after-delay", "after-delay"],
    [429, "insufficient_user_quota", "gateway-quota", "after-fix", "after-fix"],
    [500, "invalid_request", "gateway-malformed-request", "after-fix", "unknown"],
    [500, "internal", "gateway-error", "after-delay", "unknown"],
    [503, "model_not_found", "gateway-model-not-found", "after-fix", "after-fix"],
    [503, "", "gateway-unavailable", "after-delay", "unknown"],
    [504, "", "gateway-timeout", "after-delay", "unknown"],
    [524, "", "gateway-origin-timeout", "after-delay", "unknown"],
  ])("answers the gateway's %i %s as %s", (status, code, name, read, create) => {
    const row = catalogue.gatewayErrors.find((each) => each.status === status && ["*", code].includes(each.code));
    expect(row).toMatchObject({ name, read, create });
  });

  it("gives rows of one name one meaning", () => {
    const { serviceErrors, gatewayErrors, taskLayerErrors, nullCodeErrors } = catalogue;
    const meanings = new Map<string, string>();
    for (const { name, read, create, remedy } of [
      ...serviceErrors,
      ...gatewayErrors,
      ...taskLayerErrors,
      ...nullCodeErrors,
    ]) {
      const meaning = JSON.stringify([read, create, remedy]);
      expect(meanings.get(name) ?? meaning).toBe(meaning);
      meanings.set(name, meaning);
    }
  });

  it("knows the reasons of failed tasks that are on record", () => {
    const texts = catalogue.taskFailures.map(({ text }) => text);
    expect(texts).toContain("Failure to pass the risk control system");
    expect(texts).toContain("");
  });
});

describe("prices.yaml", () => {
  it("prices families and calls of the contract, and models that serve them", () => {
    for (const [operation, { byModel = {} }] of Object.entries(catalogue.prices.operations)) {
      expect([...Object.keys(families), ...Object.keys(calls)]).toContain(operation);
      for (const model of Object.keys(byModel)) {
        const row = catalogue.models[model] ?? {};
        const serves = operation in row || (operation === "text2video" && "image2video" in row);
        expect([model, operation, serves]).toEqual([model, operation, true]);
      }
    }
  });
});

describe("EVIDENCE.md", () => {
  const evidence = readFileSync(new URL("../EVIDENCE.md", import.meta.url), "utf8");

  it("explains every switch, with its default", () => {
    for (const [name, answer] of Object.entries(catalogue.openSwitches)) {
      const row = evidence.split("\n").find((line) => line.startsWith(`| \`${name}\` `));
      expect(row?.split("|")[3]?.trim()).toMatch(new RegExp(`^${answer}`));
    }
  });

  it("lists every source that a fact names", () => {
    const named = new Set<string>();
    JSON.stringify(document, (key, value) => {
      if (key === "x-evidence")
        for (const name of value.from.match(/\b[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)*\b/g) ?? []) named.add(name);
      return value;
    });
    const listed = evidence.split("\n").flatMap((line) => /^\| ([A-Z][A-Z0-9-]+) +\|/.exec(line)?.[1] ?? []);
    const others = ["C2", "C3", "C4", "HTTP", "GET", "POST", "URL", "JSON", "ID", "PNG", "HTML"];
    expect([...named].filter((name) => ![...listed, ...others].includes(name))).toEqual([]);
  });
});
