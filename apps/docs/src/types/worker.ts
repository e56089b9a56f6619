// Knows the types of the packages: loaded when a reader edits, never by Run. The code is read here and not run.
import { createLanguage } from "./language.mjs";
import type { TypeQuestions, TypeReply, TypeRequest } from "./protocol.js";

const language: Promise<TypeQuestions> = fetch("/live/types.json").then(async (response) => {
  if (!response.ok) throw new Error(`The types can't be loaded: ${response.status}.`);
  return createLanguage((await response.json()) as Record<string, string>);
});

addEventListener("message", async ({ data }: MessageEvent<TypeRequest>) => {
  const { id, question, code, position = 0 } = data;
  const answer = (await language)[question](code, position);
  postMessage({ id, answer } satisfies TypeReply);
});
