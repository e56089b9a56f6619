export { type DownloadToFileOptions, downloadToFile } from "./download-to-file.js";
export { type NodeHandler, toNodeHandler } from "./to-node-handler.js";
