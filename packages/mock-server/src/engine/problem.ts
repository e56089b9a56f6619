/** A refusal of the simulator's own, not of the simulated provider. Over HTTP it is the answer; in process it is thrown. */
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
