export { type StateFile, type StateFileOptions, stateFile } from "../state/file/state-file.js";
export { clearResultCache, resultCacheFolder } from "./cache-folder.js";
export { createWorkerRenderer } from "./media/worker-renderer.js";
export { type ServeChoices, serve } from "./serve.js";
export {
  defaultPort,
  type MockServer,
  type MockServerOptions,
  type ServerMiddleware,
  startMockServer,
  withWorkerRenderer,
} from "./server.js";
