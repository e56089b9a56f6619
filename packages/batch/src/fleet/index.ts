export { fleetCallbacks } from "./callbacks.js";
export { Fleet, type FleetOptions, type FleetSettings, type FleetStatus } from "./fleet.js";
export { type FleetEngineOptions, fleetEngine } from "./fleet-engine.js";
export { fleetMetrics } from "./metrics.js";
export { redisTaskStore } from "./redis-task-store.js";
export { type FleetWorker, startWorker } from "./worker.js";
export type { FleetWorkerOptions } from "./worker-options.js";
