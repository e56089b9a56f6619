/** The record's own value under the key: names that come from a request must not find `constructor`. */
export function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  const value = record[key];
  // Most look-ups find nothing, and look-ups are most of the work of the rules.
  return value !== undefined && Object.hasOwn(record, key) ? value : undefined;
}
