// Serves the built site until it is stopped: node scripts/preview.mjs [port]
import path from "node:path";
import { serveSite } from "./serve.mjs";

const usualPort = 4601;
const [port = String(usualPort)] = process.argv.slice(2);
try {
  const { url } = await serveSite(path.resolve(import.meta.dirname, "../dist"), Number(port));
  console.log(`klingkit: the site is at ${url} (Ctrl-C ends it)`);
} catch (error) {
  const why = error.code === "EADDRINUSE" ? "is taken" : `can't be had (${error.code})`;
  console.error(`klingkit: Port ${port} ${why}; choose another: npm run docs -- ${usualPort + 1}`);
  process.exitCode = 1;
}
