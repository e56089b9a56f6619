/** What the simulator itself refuses to do: said in the answer over HTTP, thrown in process. */
export class MockProblem extends RangeError {
  override readonly name = "MockProblem";
  /** HTTP status for the control API. */
  readonly status: number;
  /** A stable word, `unknown-task` for instance. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
