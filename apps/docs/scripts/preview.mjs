// Serves the built site until it is stopped: node scripts/preview.mjs [port]
import path from "node:path";
import { serveSite } from "./serve.mjs";

const usualPort = 4601;
const [port = String(usualPort)] = process.argv.slice(2);
const { url } = await serveSite(path.resolve(import.meta.dirname, "../dist"), Number(port));
console.log(`klingkit: the site is at ${url} (Ctrl-C ends it)`);
