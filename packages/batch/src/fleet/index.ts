export { Fleet, type FleetOptions, type FleetStatus } from "./fleet.js";
export { type FleetEngineOptions, fleetEngine } from "./fleet-engine.js";
export { redisTaskStore } from "./redis-task-store.js";
export { type FleetWorker, type FleetWorkerOptions, startWorker } from "./worker.js";
