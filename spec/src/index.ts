export type { RefusalName, TaskFailureName } from "../generated/catalogue.js";
export { type CallTypes, calls, type FamilyTypes, families } from "../generated/families.js";
export { listFields, operationSummaries, requestFields } from "../generated/fields.js";
export type { MediaFieldName } from "../generated/media-fields.js";
export { dialects, profiles } from "../generated/profiles.js";
export type { components, operations, paths } from "../generated/schema.js";
export type { Body } from "./body.js";
export * from "./catalogue-types.js";
export * from "./dialect.js";
export { longestExtendedSeconds } from "./extension.js";
export type { Finding } from "./finding.js";
export { parseJson } from "./lossless-json.js";
export type {
  Call,
  Family,
  GatewayStatus,
  ImageLimits,
  MediaField,
  MediaLimits,
  Operation,
  RequestField,
  TaskHandle,
} from "./operation.js";
export { typicalSeconds } from "./typical-seconds.js";
