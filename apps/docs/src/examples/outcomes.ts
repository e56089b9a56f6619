/** How each example ends: with a video or picture, with what it prints, or with the error whose code stands here. */
export const outcomes = {
  callbacks: "video",
  "first-video": "video",
  "lost-answer": "video",
  "new-picture": "picture",
  playground: "video",
  "risk-control": "task-failed-risk-control",
} as const satisfies Readonly<Record<string, string>>;

export type ExampleName = keyof typeof outcomes;
