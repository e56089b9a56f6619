import { InputError } from "../errors/index.js";

/**
 * The table's row with that name. A name from outside must not find `constructor`.
 * @param kind the kind of row, for the error
 * @throws InputError if the table has no such row
 */
export function rowNamed<Row>(kind: string, table: Readonly<Record<string, Row>>, name: string): Row {
  if (Object.hasOwn(table, name)) return table[name] as Row;
  throw new InputError(
    `There is no ${kind} "${String(name).slice(0, 80)}".`,
    `Use one of ${Object.keys(table).join(", ")}.`,
  );
}
