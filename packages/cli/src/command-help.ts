import type { Command, Option } from "commander";

/** Fields that most requests need, in the order that help shows them in; others follow. */
const fieldsFirst = [
  ...["image", "prompt", "text", "model-name", "mode", "duration", "aspect-ratio", "sound"],
  ...["image-tail", "voice-id", "voice-language"],
];

/** Options that most people do without: a long list shows them with `--help --all` alone. */
const rare = [
  ...["negative-prompt", "cfg-scale", "static-mask", "shot-type", "multi-shot", "callback-url"],
  ...["external-task-id", "resolution", "image-fidelity", "human-fidelity"],
  ...["dialect", "base-url", "allow-http", "api-key-stdin", "seed", "no-preview"],
];

/** Headings of a long list of options; what stands below none of them belongs to the request. */
const headings: Readonly<Record<string, readonly string[]>> = {
  "Cost:": ["budget", "mock", "seed"],
  "Result:": ["out", "force", "no-preview"],
  "Work:": ["jobs", "timeout", "all", "family", "redis", "name", "pictures", "cap", "attempts", "assume-absent"],
  "Output:": ["json", "jsonl"],
  "Server:": ["dialect", "base-url", "allow-http", "api-key-stdin"],
};

const sign = "export KLINGKIT_CALLBACK_SECRET=whsec_$(openssl rand -base64 24)";

/** Command lines to start from. An operation's own example wins over that of all operations. */
const examples: Readonly<Record<string, readonly string[]>> = {
  generate: [
    'klingkit generate picture.jpg --prompt "The steam rises" --mock',
    'klingkit generate *.jpg --prompt "The steam rises" --budget 5 --out videos/',
  ],
  submit: ['klingkit submit text2video --prompt "A boat on a lake"'],
  "submit text2video": ['klingkit submit text2video --prompt "A boat on a lake"'],
  "submit image2video": ['klingkit submit image2video --image picture.jpg --prompt "The steam rises"'],
  call: ["klingkit call tts --text Hello --voice-id oversea_male1 --voice-language en"],
  "call tts": ["klingkit call tts --text Hello --voice-id oversea_male1 --voice-language en"],
  get: ["klingkit get image2video/829001"],
  list: ["klingkit list image2video"],
  wait: ["klingkit wait image2video/829001 --out videos/"],
  download: ["klingkit download image2video/829001 --out videos/"],
  resume: ["klingkit resume --all", "klingkit resume image2video/829001"],
  "batch plan": ["klingkit batch plan jobs.csv --cap 5"],
  settle: ["klingkit settle image2video/kk-0123 --absent"],
  forget: ["klingkit forget image2video/829001"],
  estimate: ["klingkit estimate image2video --mode pro --duration 10"],
  "estimate text2video": ["klingkit estimate text2video --mode pro --duration 10"],
  "estimate image2video": ["klingkit estimate image2video --mode pro --duration 10"],
  models: ["klingkit models image2video", "klingkit models kling-v3"],
  errors: ["klingkit errors 1303"],
  schema: ["klingkit schema image2video", "klingkit schema events --output"],
  listen: [sign, "klingkit listen --forward-to http://localhost:3000/webhooks"],
  trigger: [sign, "klingkit trigger succeed --to http://localhost:3000/webhooks"],
  mock: ["klingkit mock --realtime --speed 10", "klingkit mock --state simulator.jsonl"],
  completion: ["source <(klingkit completion bash)", "klingkit completion fish | source"],
};

/** Command lines that show how a command is used; none for those that need nothing. */
export function examplesOf(command: Command): readonly string[] {
  return examples[wordsOf(command)] ?? [];
}

/** `submit text2video`, without the program's name. */
export function wordsOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${wordsOf(parent)} ${command.name()}` : command.name();
}

/** The more needed first. */
export function compareFields(one: string, other: string): number {
  return rankOf(one) - rankOf(other);
}

function rankOf(name: string): number {
  const rank = fieldsFirst.indexOf(name);
  return rank === -1 ? fieldsFirst.length : rank;
}

/** Puts a long list of options below headings, and adds the command's examples. */
export function arrange(command: Command): void {
  const visible = command.options.filter(({ hidden }) => !hidden);
  // The simulator's options are of one kind.
  if (visible.length > 10 && wordsOf(command) !== "mock")
    for (const option of command.options) option.helpGroup(headingOf(option));
  const lines = examplesOf(command).map((line) => `\n  ${line}`);
  if (lines.length > 0)
    command.addHelpText("after", `\n${lines.length > 1 ? "Examples" : "Example"}:${lines.join("")}`);
}

function nameOf({ long }: Option): string {
  return (long ?? "").slice(2);
}

function headingOf(option: Option): string {
  const name = nameOf(option);
  return Object.keys(headings).find((heading) => headings[heading]?.includes(name)) ?? "Request:";
}

/** Hides the flags that most requests do without, where a command has more than fit one screen. */
export function shorten(command: Command): void {
  if (command.options.length <= 14) return;
  let hidden = 0;
  for (const option of command.options) {
    if (!rare.includes(nameOf(option)) || option.mandatory) continue;
    option.hideHelp();
    hidden += 1;
  }
  if (hidden > 0) command.addHelpText("after", `\n${hidden} more options: --help --all`);
}
