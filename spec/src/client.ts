// What a client carries with it, and no more: the package's other entries hold help texts, prices and rules.
export { refusals, servers, taskEnds } from "../generated/client-tables.js";
export { calls, families } from "../generated/families.js";
export { mediaNames } from "../generated/media-names.js";
export { dialectPath } from "./dialect.js";
export { parseJson } from "./lossless-json.js";
export { retentionMs } from "./retention.js";
export { repositoryAddress, siteAddress } from "./site.js";
export { taskEnd, taskFailure } from "./task-end.js";
