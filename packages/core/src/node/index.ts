export { type DownloadToFileOptions, downloadToFile } from "./download-to-file.js";
