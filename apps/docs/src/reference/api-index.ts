import { readApi } from "./api.js";

/** Read once a build. */
export const api = readApi();

/** Where a type is described, if it is: on the page itself, or on the first that has it. */
export function addressOfType(name: string, page: string): string | undefined {
  const entry = [...api.filter(({ slug }) => slug === page), ...api].find(({ items }) =>
    items.some((item) => item.name === name),
  );
  return entry && `/reference/api/${entry.slug}/#${name}`;
}
