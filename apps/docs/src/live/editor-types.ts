import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from "@codemirror/autocomplete";
import { linter } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap, type Tooltip } from "@codemirror/view";
import type { TypeQuestions, TypeReply, TypeRequest } from "../types/protocol.js";

/** Hovers, completion and red lines from the packages' own types, by a worker that all editors of the page share. */
export const typeSupport: Extension = [
  hoverTooltip(async (view, position) => hoverAt(view.state.doc.toString(), position)),
  autocompletion({ override: [complete], icons: false }),
  linter(async (view) => {
    const problems = await ask("problems", view.state.doc.toString());
    return problems.map((problem) => ({ ...problem, severity: "error" as const }));
  }),
  keymap.of(completionKeymap),
  EditorView.contentAttributes.of({ "data-types": "on" }),
];

async function hoverAt(code: string, position: number): Promise<Tooltip | null> {
  const found = await ask("hover", code, position);
  if (!found) return null;
  return {
    pos: found.from,
    end: found.to,
    above: true,
    create() {
      const dom = document.createElement("div");
      dom.className = "type-hover";
      dom.append(Object.assign(document.createElement("code"), { textContent: found.type }));
      if (found.words) dom.append(Object.assign(document.createElement("p"), { textContent: found.words }));
      return { dom };
    },
  };
}

/** Offered after a dot or a quote, in a word, and wherever the reader asks for it. */
async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  if (!context.explicit && !context.matchBefore(/[\w$.]$|["'`{,]\s?$/)) return null;
  const { from, options } = await ask("complete", context.state.doc.toString(), context.pos);
  if (options.length === 0) return null;
  return { from, options: options.map(({ label, kind }) => ({ label, detail: kind })), validFor: /^[\w$.-]*$/ };
}

interface Waiting {
  resolve(answer: never): void;
  reject(error: Error): void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let count = 0;

function ask<Question extends keyof TypeQuestions>(
  question: Question,
  code: string,
  position = 0,
): Promise<ReturnType<TypeQuestions[Question]>> {
  worker ??= started();
  count += 1;
  const id = count;
  worker.postMessage({ id, question, code, position } satisfies TypeRequest);
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function started(): Worker {
  const made = new Worker("/live/types-worker.js");
  made.onmessage = ({ data: { id, answer } }: MessageEvent<TypeReply>) => {
    waiting.get(id)?.resolve(answer as never);
    waiting.delete(id);
  };
  // Without types the editor is an editor still.
  made.onerror = (event) => {
    for (const { reject } of waiting.values()) reject(new Error(`The types are not there: ${event.message}`));
    waiting.clear();
  };
  return made;
}
