import type { SimpleFaker } from "@faker-js/faker";
import { faker } from "@faker-js/faker/locale/base";

type Class = new (options: { readonly locale: typeof faker.rawDefinitions }) => SimpleFaker;

/** For Node, which loads what it imports: faker's main entry has seventy languages, two thirds of a simulator's start. */
export function newFaker(): SimpleFaker {
  const Faker = faker.constructor as Class;
  return new Faker({ locale: faker.rawDefinitions });
}
