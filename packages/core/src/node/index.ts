export { downloadToFile, type DownloadToFileOptions } from "./download-to-file.js";
