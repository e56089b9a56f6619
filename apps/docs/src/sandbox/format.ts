const longestText = 20_000;
const deepest = 4;
const mostEntries = 50;

/** What `console.log` would print: texts as they are, everything else as code. */
export function formatArguments(values: readonly unknown[]): string {
  return clip(values.map((value) => (typeof value === "string" ? value : format(value, 0))).join(" "));
}

/** Shortens what nobody would read. */
export function clip(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}… (${text.length} characters in all)`;
}

function format(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `[function ${value.name || "without a name"}]`;
  if (typeof value === "bigint") return `${value}n`;
  if (value === null || typeof value !== "object") return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= deepest) return Array.isArray(value) ? "[…]" : "{…}";
  if (Array.isArray(value))
    return wrap(
      "[",
      value.map((item) => format(item, depth + 1)),
      "]",
      depth,
    );
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name} ${format([...value], depth)}`;
  const entries = Object.entries(value).map(([name, item]) => `${name}: ${format(item, depth + 1)}`);
  return wrap("{", entries, "}", depth);
}

function wrap(open: string, items: readonly string[], close: string, depth: number): string {
  if (items.length === 0) return `${open}${close}`;
  const shown =
    items.length > mostEntries ? [...items.slice(0, mostEntries), `… ${items.length - mostEntries} more`] : items;
  const line = `${open} ${shown.join(", ")} ${close}`;
  if (line.length <= 72 && !line.includes("\n")) return line;
  const indent = "  ".repeat(depth + 1);
  return `${open}\n${shown.map((item) => `${indent}${item}`).join(",\n")}\n${"  ".repeat(depth)}${close}`;
}
