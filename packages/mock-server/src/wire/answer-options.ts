/** How requests are answered, where the provider's ways differ or are not on record. */
export interface AnswerOptions {
  /**
   * What moves tasks on: `time`; `manual`, by `mock.tasks.advance(id)` and its like; or reads: the first n see `submitted`,
   * the next m see it run, later ones see its end. Default `time`.
   */
  readonly progress?: "time" | "manual" | { readonly reads: readonly [number, number] };
  /** Start of result addresses, where the request's own Host is not how they are reached. */
  readonly publicUrl?: string;
  /** Whether the family's list is served. Default: in the `kling` dialect only. */
  readonly list?: boolean;
  /** Whether a task can be asked for by its external id. Default true. */
  readonly externalIdLookup?: boolean;
  /** Whether `"9"` passes for 9 and 5 for `"5"`, as the provider seems to do. Default true. */
  readonly lenientTypes?: boolean;
  /** Whether a picture that is too small or otherwise unfit fails the task (`late`, as on record) or is refused at once. Default `late`. */
  readonly unfitPictures?: "late" | "refuse";
}
