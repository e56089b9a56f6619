import type {
  BatchOptions,
  EmbeddedEngineOptions,
  EngineSettings,
  ManifestOptions,
  PlanOptions,
} from "@klingkit/batch";
import type { FleetEngineOptions, FleetWorkerOptions } from "@klingkit/batch/fleet";
import { describe, expectTypeOf, it } from "vitest";
import type { Refusing } from "../../../tests/support/undefined-options.js";

interface Options {
  readonly batch: BatchOptions;
  readonly engine: EngineSettings;
  readonly embedded: EmbeddedEngineOptions;
  readonly manifest: ManifestOptions;
  readonly plan: PlanOptions;
  readonly fleet: FleetEngineOptions;
  readonly worker: FleetWorkerOptions;
}

describe("under exactOptionalPropertyTypes", () => {
  it("an option of a batch that may be left out may be undefined", () => {
    expectTypeOf<Refusing<Options>>().toBeNever();
  });
});
