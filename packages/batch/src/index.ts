export { type EmbeddedEngineOptions, embeddedEngine } from "./embedded/embedded-engine.js";
export {
  type BatchEngine,
  type BatchEvent,
  type BatchOptions,
  type BatchSummary,
  type EngineSettings,
  type RowResult,
  type RowState,
  runBatch,
} from "./engine.js";
export { readManifest } from "./manifest/read-manifest.js";
export { type Plan, type PlanOptions, planBatch } from "./plan.js";
export { type BatchRow, describeProblem, type Manifest, type ManifestOptions, type Problem } from "./row.js";
export type { ResultFile, StoreResult } from "./store-result.js";
