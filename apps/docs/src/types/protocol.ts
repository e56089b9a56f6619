/** What the editor asks the worker that knows the types. Offsets are of the code, in UTF-16 units. */
export interface TypeQuestions {
  hover(code: string, position: number): HoverAnswer | undefined;
  complete(code: string, position: number): CompletionAnswer;
  problems(code: string): readonly TypeProblem[];
}

interface HoverAnswer {
  readonly from: number;
  readonly to: number;
  /** The type as TypeScript writes it. */
  readonly type: string;
  /** What the documentation comment says; "" where there is none. */
  readonly words: string;
}

interface CompletionAnswer {
  /** Where what is chosen begins. */
  readonly from: number;
  /** `kind` as TypeScript calls it: `method`, `property`, `string`. */
  readonly options: readonly { readonly label: string; readonly kind: string }[];
}

interface TypeProblem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

export interface TypeRequest {
  readonly id: number;
  readonly question: keyof TypeQuestions;
  readonly code: string;
  /** Left out of a question about the whole code. */
  readonly position?: number;
}

export interface TypeReply {
  readonly id: number;
  readonly answer: unknown;
}
