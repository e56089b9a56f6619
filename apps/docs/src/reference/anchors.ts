import type { Operation } from "./document.js";

/** Of an operation of the control API: its page has headings of the same names, such as `Scenarios`. */
export function anchorOfControl({ id }: Operation): string {
  return `control-${id.toLowerCase()}`;
}

/**
 * Several rows of a table may have the same name; an address leads to the first of them.
 * @param names of each row
 * @returns the anchor of a row's name; undefined where an earlier row has it, and for names that are no anchors
 */
export function firstOfEach(names: readonly (readonly string[])[]): (row: number, name: string) => string | undefined {
  return (row, name) => {
    if (!/^[\w-]+$/.test(name) || name === "null") return undefined;
    return names.findIndex((those) => those.includes(name)) === row ? name : undefined;
  };
}
