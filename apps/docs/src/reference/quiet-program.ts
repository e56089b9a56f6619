import { createProgram, ioOf } from "@klingkit/cli/program";

/** The command line as it is, without anybody to talk to: to be read, or to parse what pages show. */
export function quietProgram(): ReturnType<typeof createProgram> {
  const silent = { write: () => {} };
  const io = ioOf({
    stdout: silent,
    stderr: silent,
    stdin: process.stdin,
    env: {},
    cwd: "",
    onInterrupt: () => () => {},
  });
  return createProgram(io);
}
