/** How each example ends: with a video or picture, with what it prints, or with the error whose code stands here. */
export const outcomes = {
  callbacks: "video",
  download: "video",
  "first-video": "video",
  "frozen-clock": "video",
  "hand-written": "console",
  limiter: "video",
  "lost-answer": "video",
  "new-picture": "picture",
  "over-budget": "over-budget",
  playground: "video",
  preflight: "invalid-input",
  resume: "video",
  "risk-control": "task-failed-risk-control",
  "slow-down": "video",
  watch: "video",
} as const satisfies Readonly<Record<string, string>>;

export type ExampleName = keyof typeof outcomes;
