export { type TaskStoreCase, taskStoreSuite } from "./task-store-suite.js";
