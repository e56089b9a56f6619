// Writes dist/prepared.json: what the commands print that need nothing but their words, so that `klingkit --help` does not
// load the whole command line. Made by the command line itself, at the width of a usual terminal.
import { writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { run } from "../dist/run.js";
import { shells } from "../dist/shells.js";

const commandLines = ["--help", "-h", "--version", "-V", ...shells.map((shell) => `completion ${shell}`)];

async function printed(words) {
  let text = "";
  const device = {
    stdout: {
      write(part, done) {
        text += part;
        done?.();
      },
    },
    stderr: { write: (part) => process.stderr.write(part) },
    stdin: Readable.from([]),
    env: {},
    cwd: process.cwd(),
    onInterrupt: () => () => {},
  };
  const code = await run(words.split(" "), device);
  if (code !== 0 || text === "")
    throw new Error(`klingkit ${words} ended with ${code} and printed ${text.length} characters`);
  return text;
}

const prepared = {};
for (const words of commandLines) prepared[words] = await printed(words);
writeFileSync(new URL("../dist/prepared.json", import.meta.url), JSON.stringify(prepared));
