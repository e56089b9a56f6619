import { newFaker } from "#faker";

/** Seeded randomness: the same seed gives the same run. The only place that knows faker. */
export interface Random {
  /** 0 ≤ x < 1. */
  fraction(): number;
  /** An integer, both ends included. */
  integer(min: number, max: number): number;
  uuid(): string;
  /** Lower-case hexadecimal digits. */
  hex(length: number): string;
}

export function createRandom(seed: number): Random {
  const faker = newFaker();
  faker.seed(seed);
  return {
    fraction: () => faker.number.float({ min: 0, max: 1 - Number.EPSILON }),
    integer: (min, max) => faker.number.int({ min, max }),
    uuid: () => faker.string.uuid(),
    hex: (length) => faker.string.hexadecimal({ length, prefix: "", casing: "lower" }),
  };
}
