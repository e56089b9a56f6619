import { type Dialect, dialectPath, families } from "@klingkit/spec";
import { models } from "@klingkit/spec/catalogue";
import { checkRequest } from "@klingkit/spec/rules";
import { describe, expect, it } from "vitest";
import { ask, frozenMock } from "./helpers.js";

const picture = "https://example.com/a.png";
const camera = { type: "simple", config: { zoom: 5 } };

/** What can be asked of a model besides mode and duration; each is allowed by some and forbidden by others. */
const extras: Readonly<Record<string, Record<string, unknown>>> = {
  nothing: {},
  "an end frame": { image_tail: picture },
  "an end frame alone": { image: "", image_tail: picture },
  "a motion brush": { static_mask: picture },
  "a camera movement": { camera_control: camera },
  sound: { sound: "on" },
  "sound with a voice": { sound: "on", voice_list: [{ voice_id: "1" }] },
  elements: { element_list: [{ element_id: "1" }] },
  "a cfg_scale": { cfg_scale: 0.5 },
};

const names = [...Object.keys(models), "nobody-knows"];
const combinations = names.flatMap((model_name) =>
  ["std", "pro", "4k"].flatMap((mode) =>
    ["5", "10", "12"].flatMap((duration) =>
      Object.entries(extras).map(([extra, fields]) => ({
        extra,
        body: { model_name, mode, duration, prompt: "a heron", ...fields },
      })),
    ),
  ),
);

/** Status and code that a refusal has to have in each dialect. */
const refusals: Readonly<Record<Dialect, Readonly<Record<string, readonly unknown[]>>>> = {
  cometapi: { "invalid-parameter": [400, 1201], "unknown-model": [400, ""] },
  kling: { "invalid-parameter": [400, 1201], "unknown-model": [400, 1201] },
};

describe.each(["cometapi", "kling"] satisfies Dialect[])("the capability matrix in the dialect %s", (dialect) => {
  it.each(["image2video", "text2video"] as const)(
    "decides what %s takes, and what is refused, with the provider's status and code",
    async (family) => {
      const mock = frozenMock({ dialect, discontinued: "accept" });
      const path = dialectPath(families[family].path, dialect);
      const seen = { accepted: 0, refused: 0 };
      for (const { extra, body } of combinations) {
        const request = family === "image2video" ? { image: picture, ...body } : body;
        const answer = await ask(mock.fetch, "POST", path, { body: request });
        const finding = checkRequest(family, request, { dialect, discontinued: "accept" }).find(
          ({ severity, situation }) => severity === "refuse" || situation === "unknown-model",
        );
        const error = (answer.body.error ?? answer.body) as { readonly code?: unknown };
        const expected = finding ? refusals[dialect][finding.situation] : [200, 0];
        expect([answer.status, error.code], `${extra}: ${JSON.stringify(request)}`).toEqual(expected);
        seen[finding ? "refused" : "accepted"] += 1;
      }
      expect(mock.ledger.charges).toHaveLength(seen.accepted);
      expect(seen.accepted).toBeGreaterThan(50);
      expect(seen.refused).toBeGreaterThan(200);
    },
  );
});
