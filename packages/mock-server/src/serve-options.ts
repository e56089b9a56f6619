/** Options of `klingkit-mock` and `klingkit mock`. */
const serveOptions = [
  { flags: "--port <number>", description: "port to listen on, 0 for any free one", default: "4600" },
  { flags: "--host <address>", description: "address to listen on", default: "127.0.0.1" },
  {
    flags: "--dialect <dialect>",
    description: "the server to play: cometapi or kling",
    default: "cometapi",
    env: "KLINGKIT_DIALECT",
    choices: ["cometapi", "kling"],
  },
  {
    flags: "--seed <number>",
    description: "seed of everything random; the same seed gives the same run",
    default: "1",
  },
  {
    flags: "--render <quality>",
    description: "videos: fast (640 pixels), full (by mode) or none (a tiny clip)",
    default: "fast",
    choices: ["fast", "full", "none"],
  },
  { flags: "--clear-cache", description: "first delete the results that earlier runs have kept on disk" },
  { flags: "--realtime", description: "tasks take as long as at the provider" },
  { flags: "--speed <factor>", description: "how many times faster time goes, 0.01 to 1000", default: "1" },
  {
    flags: "--progress <how>",
    description: "how tasks move on: time, manual, or reads=<n>,<m> (n reads see submitted, m see processing)",
    default: "time",
  },
  {
    flags: "--charge-at <when>",
    description: "when a task is charged: success or create",
    default: "success",
    choices: ["success", "create"],
  },
  { flags: "--charge-failed", description: "charge tasks that fail, too" },
  {
    flags: "--discontinued <how>",
    description: "discontinued models and routes: accept or refuse (default: as the dialect does)",
    choices: ["accept", "refuse"],
  },
  {
    flags: "--secret <pair...>",
    description:
      "pairs of keys that sign tokens, as accesskey=secretkey; API keys still sign in beside them (default: tokens of any pair sign in, in the dialect kling)",
  },
  {
    flags: "--unfit-pictures <how>",
    description: "pictures that are too small: late (the task fails) or refuse",
    default: "late",
    choices: ["late", "refuse"],
  },
  {
    flags: "--ids <kind>",
    description: "task ids: long or small numbers",
    default: "long",
    choices: ["long", "small"],
  },
  {
    flags: "--public-url <address>",
    description: "origin of result addresses, if callers reach the simulator by another name",
  },
  {
    flags: "--callback-secret <secret>",
    description: "secret (whsec_…) that signs callbacks",
    env: "KLINGKIT_CALLBACK_SECRET",
  },
  { flags: "--callback-secret-file <file>", description: "file that holds this secret" },
  {
    flags: "--callback-time <which>",
    description: "time in the signatures of callbacks: the system's or the simulator's",
    default: "wall",
    choices: ["wall", "simulated"],
  },
  {
    flags: "--allow-callback-host <host...>",
    description: "hosts besides this machine to which callbacks may be sent, with or without a port, or any",
  },
  { flags: "--allow-origin <origin...>", description: "web pages besides those of this machine that may use it" },
  {
    flags: "--allow-control-host <host...>",
    description: "names besides those of this machine by which its control API is reached",
  },
  {
    flags: "--control-token <token>",
    description: "callers that send it as x-klingkit-control may use the control API by any name",
    env: "KLINGKIT_CONTROL_TOKEN",
  },
  {
    flags: "--start-time <time>",
    description:
      "the clock starts at this time and stands still until it is advanced: ids and times are the same in each run",
  },
  {
    flags: "--state <file>",
    description: "file that keeps tasks, charges, accounts and pending callbacks over a restart",
  },
] as const;

/** The part of commander's `Option` that is used here, so that this file does not load commander. */
interface CommandOption {
  default(value: string): unknown;
  env(name: string): unknown;
  choices(values: readonly string[]): unknown;
}

/** Adds the simulator's options to a command of commander. `Option` is commander's own class. */
export function addServeOptions<Made extends CommandOption>(
  command: { addOption(option: Made): unknown },
  Option: new (flags: string, description: string) => Made,
): void {
  for (const { flags, description, ...rest } of serveOptions) {
    const option = new Option(flags, description);
    if ("default" in rest) option.default(rest.default);
    if ("env" in rest) option.env(rest.env);
    if ("choices" in rest) option.choices(rest.choices);
    command.addOption(option);
  }
}
