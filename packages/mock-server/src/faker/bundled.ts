import { SimpleFaker } from "@faker-js/faker";

/** For bundles, which leave out what is not used: less of faker than its smallest entry. */
export function newFaker(): SimpleFaker {
  return new SimpleFaker();
}
