/** Options for answers that differ between providers, or that are not documented. */
export interface AnswerOptions {
  /**
   * What moves tasks on. `time`; `manual`: calls such as `mock.tasks.advance(id)`; or `reads`: the first n queries see
   * `submitted`, the next m see the running status, and later ones the final status. Default `time`.
   */
  readonly progress?: "time" | "manual" | { readonly reads: readonly [number, number] } | undefined;
  /** Start of result addresses, if callers reach the simulator under another address than that of the request. */
  readonly publicUrl?: string | undefined;
  /** Whether families have a list. Default: only in the dialect `kling`. */
  readonly list?: boolean | undefined;
  /** Whether a task can be queried by its `external_task_id`. Default true. */
  readonly externalIdLookup?: boolean | undefined;
  /** Whether `"9"` is accepted for 9, and 5 for `"5"`, as the provider seems to do. Default true. */
  readonly lenientTypes?: boolean | undefined;
  /**
   * Whether a picture that is too small or unusable fails the task (`late`, as was recorded) or is refused at once
   * (`refuse`). Default `late`.
   */
  readonly unfitPictures?: "late" | "refuse" | undefined;
}
