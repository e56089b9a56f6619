import { newFaker } from "#faker";
import { hexDigits, uuidOf } from "./hex.js";

/** Seeded randomness: the same seed gives the same run. The only place that knows faker. */
export interface Random {
  /** 0 ≤ x < 1. */
  fraction(): number;
  /** An integer, both ends included. */
  integer(min: number, max: number): number;
  uuid(): string;
}

export function createRandom(seed: number): Random {
  const faker = newFaker();
  faker.seed(seed);
  const fraction = () => faker.number.float({ min: 0, max: 1 - Number.EPSILON });
  return {
    fraction,
    integer: (min, max) => faker.number.int({ min, max }),
    // faker draws them digit by digit, which is a sixth of what an answer takes.
    uuid: () => uuidOf(hexDigits(fraction, 30)),
  };
}
