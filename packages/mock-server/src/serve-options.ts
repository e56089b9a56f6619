/** Options of `klingkit-mock` and `klingkit mock`, for any command-line library. */
export const serveOptions = [
  { flags: "--port <number>", description: "port to listen on, 0 for any free one", default: "4600" },
  { flags: "--host <address>", description: "address to listen on", default: "127.0.0.1" },
  {
    flags: "--dialect <dialect>",
    description: "server to be: cometapi or kling",
    default: "cometapi",
    env: "KLINGKIT_DIALECT",
    choices: ["cometapi", "kling"],
  },
  { flags: "--seed <number>", description: "the same seed gives the same run", default: "1" },
  {
    flags: "--render <quality>",
    description: "videos: fast (640 pixels), full (by mode) or none (a tiny clip)",
    default: "fast",
    choices: ["fast", "full", "none"],
  },
  { flags: "--realtime", description: "tasks take as long as at the provider" },
  {
    flags: "--public-url <address>",
    description: "start of result addresses, where the simulator is reached by another name",
  },
] as const;
