import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import {
  bracketMatching,
  continuedIndent,
  delimitedIndent,
  HighlightStyle,
  indentNodeProp,
  indentOnInput,
  LRLanguage,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, type Line, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers, WidgetType } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { parser } from "@lezer/javascript";

/** The editor of a live example. */
export interface Editor {
  readonly code: string;
  replace(code: string): void;
  focus(): void;
  /** Shows what went wrong under its line; null takes it away. */
  showProblem(problem: { readonly line: number; readonly message: string } | null): void;
  destroy(): void;
}

interface EditorOptions {
  readonly parent: HTMLElement;
  readonly code: string;
  readonly label: string;
  onRun(): void;
  /** Told of the whole code after each edit. */
  onChange(code: string): void;
}

type Problem = { readonly line: number; readonly message: string } | null;

/** TypeScript without completion and linting, which the usual package brings along: a quarter of the editor's size. */
const typescript = LRLanguage.define({
  parser: parser.configure({
    dialect: "ts",
    props: [
      indentNodeProp.add({
        "Block ObjectExpression": delimitedIndent({ closing: "}" }),
        ArrayExpression: delimitedIndent({ closing: "]" }),
        ArgList: delimitedIndent({ closing: ")" }),
        "Statement Property": continuedIndent({ except: /^\s*[\])}]/ }),
      }),
    ],
  }),
});

/** Colours come from theme.css, so that both themes need nothing here. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.self], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--muted)" },
  {
    tag: [tags.typeName, tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: "var(--code-name)",
  },
  { tag: [tags.operator, tags.punctuation, tags.bracket], color: "var(--muted)" },
]);

const setProblem = StateEffect.define<Problem>();

class ProblemWidget extends WidgetType {
  readonly message: string;

  constructor(message: string) {
    super();
    this.message = message;
  }

  override eq(other: ProblemWidget): boolean {
    return other.message === this.message;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement("div");
    element.className = "problem";
    element.textContent = `✕ ${this.message}`;
    return element;
  }
}

/** The problem stays with its line until the code is changed or run again. */
const problemField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    const effect = transaction.effects.find((candidate) => candidate.is(setProblem));
    if (effect) return decorate(transaction.state, effect.value as Problem);
    return transaction.docChanged ? Decoration.none : shown;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(state: EditorState, problem: Problem): DecorationSet {
  if (!problem) return Decoration.none;
  const line = lineOf(state, problem);
  const widget = Decoration.widget({ widget: new ProblemWidget(problem.message), block: true, side: 1 });
  return Decoration.set([Decoration.line({ class: "problem-line" }).range(line.from), widget.range(line.to)]);
}

function lineOf({ doc }: EditorState, { line }: { readonly line: number }): Line {
  return doc.line(Math.min(doc.lines, Math.max(1, line)));
}

const typed = new WeakSet<EditorView>();

/** The types come when the reader steps into the code: an editor that only marks a failed line does without. */
async function addTypes(view: EditorView): Promise<void> {
  if (typed.has(view)) return;
  typed.add(view);
  const { typeSupport } = await import("./editor-types.js");
  view.dispatch({ effects: StateEffect.appendConfig.of(typeSupport) });
}

export function createEditor({ parent, code, label, onRun, onChange }: EditorOptions): Editor {
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: code,
      extensions: [
        keymap.of([{ key: "Mod-Enter", run }, ...defaultKeymap, ...historyKeymap, indentWithTab]),
        history(),
        lineNumbers(),
        indentOnInput(),
        bracketMatching(),
        typescript,
        syntaxHighlighting(colours),
        problemField,
        EditorView.updateListener.of(({ docChanged, state }) => docChanged && onChange(state.doc.toString())),
        EditorView.domEventHandlers({ focus: (_, focused) => void addTypes(focused) }),
        // Escape and then Tab leaves the editor; the description says so.
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
      ],
    }),
  });
  return {
    get code() {
      return view.state.doc.toString();
    },
    replace: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    focus: () => view.focus(),
    showProblem(problem) {
      view.dispatch({ effects: setProblem.of(problem) });
      if (!problem) return;
      // Scrolled by hand: the editor's own way would move the page too.
      const { top } = view.lineBlockAt(lineOf(view.state, problem).from);
      view.scrollDOM.scrollTop = Math.max(0, top - view.scrollDOM.clientHeight / 2);
    },
    destroy: () => view.destroy(),
  };
}
