import { createMock, type Mock, type MockOptions, type Renderer } from "@klingkit/mock-server";
import type { SteeringRule, TimeSetting } from "../live/protocol.js";
import { observeFetch, type Witness } from "./observe-fetch.js";

/** What is on the stage of one run: the simulators that the code makes, and the reader's hands on them. */
export class Stage {
  readonly mocks: Mock[] = [];
  /** When the first simulator was made, by its clock. */
  startedAt = 0;
  readonly #renderer: Renderer;
  readonly #witness: Witness;
  #time: TimeSetting;
  #fault: SteeringRule | null;
  #rules: (() => void)[] = [];

  constructor(options: { renderer: Renderer; witness: Witness; time: TimeSetting; fault: SteeringRule | null }) {
    this.#renderer = options.renderer;
    this.#witness = options.witness;
    this.#time = options.time;
    this.#fault = options.fault;
  }

  /** `createMock` as the code gets it: the same, with the page's renderer and the reader's time. */
  readonly createMock = (options: MockOptions = {}): Mock => {
    const mock = createMock({ renderer: this.#renderer, ...options });
    if (this.mocks.length === 0) this.startedAt = mock.clock.now();
    // A clock that the code brings along is left as it is until the reader touches the controls.
    if (this.#time.frozen) mock.clock.freeze();
    if (this.#time.speed !== 1) mock.clock.setSpeed(this.#time.speed);
    this.mocks.push(mock);
    this.#addRule(mock);
    return { ...mock, fetch: observeFetch(mock.fetch, this.#witness) };
  };

  set time(time: TimeSetting) {
    this.#time = time;
    for (const { clock } of this.mocks) {
      clock.setSpeed(time.speed);
      if (time.frozen) clock.freeze();
      else clock.unfreeze();
    }
  }

  advance(ms: number): void {
    for (const { clock } of this.mocks) clock.advance(ms);
  }

  /** From now on, and instead of the one before. */
  set fault(fault: SteeringRule | null) {
    this.#fault = fault;
    for (const remove of this.#rules.splice(0)) remove();
    for (const mock of this.mocks) this.#addRule(mock);
  }

  #addRule(mock: Mock): void {
    if (!this.#fault) return;
    const { id } = mock.rules.add(this.#fault);
    this.#rules.push(() => void mock.rules.remove(id));
  }
}
