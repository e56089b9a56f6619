export { type DownloadToFileOptions, downloadToFile } from "./download-to-file.js";
export { fileInput } from "./file-input.js";
export { makeFolder } from "./make-folder.js";
export { type FileTaskStoreOptions, fileTaskStore, type TaskStoreDamage } from "./task-store/file-task-store.js";
export { type NodeHandler, toNodeHandler } from "./to-node-handler.js";
