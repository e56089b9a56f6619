export { Draw } from "./draw.js";
export { playInProcess } from "./play.js";
export { playRaw } from "./raw.js";
export { RequestMaker } from "./requests.js";
