import { type RequestField, requestFields } from "@klingkit/spec";

/** The fields of each operation by their names. Computed once, because every answer needs them. */
const fields: ReadonlyMap<string, ReadonlyMap<string, RequestField>> = new Map(
  Object.entries(requestFields).map(([operation, known]) => [
    operation,
    new Map(known.map((field) => [field.name, field])),
  ]),
);

/** Whether the contract has an operation of this name. */
export function isOperation(name: string): boolean {
  return fields.has(name);
}

/** A field of an operation's request; undefined for one that the operation does not have. */
export function fieldOf(operation: string, name: string): RequestField | undefined {
  return fields.get(operation)?.get(name);
}

/** The fields that the operation has; the provider ignores all others. */
export function knownFields(operation: string, request: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).filter(([name]) => fieldOf(operation, name) !== undefined));
}
