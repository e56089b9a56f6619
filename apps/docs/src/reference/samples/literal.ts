const mostInOneLine = 72;

/** How a language writes what JSON can say. */
export interface Notation {
  readonly key: (name: string) => string;
  readonly scalar: (value: unknown) => string;
  readonly indent: string;
}

export const typescriptNotation: Notation = {
  key: (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)),
  scalar: (value) => JSON.stringify(value),
  indent: "  ",
};

export const pythonNotation: Notation = {
  key: (name) => JSON.stringify(name),
  scalar: (value) =>
    typeof value === "boolean" ? (value ? "True" : "False") : value === null ? "None" : JSON.stringify(value),
  indent: "    ",
};

/** A value as code: on one line where it is short, else one entry a line. */
export function literal(value: unknown, notation: Notation, before = ""): string {
  const short = oneLine(value, notation);
  if (short.length <= mostInOneLine || value === null || typeof value !== "object") return short;
  const inner = before + notation.indent;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${inner}${literal(item, notation, inner)},\n`).join("")}${before}]`;
  }
  const entries = Object.entries(value).map(
    ([name, item]) => `${inner}${notation.key(name)}: ${literal(item, notation, inner)},\n`,
  );
  return `{\n${entries.join("")}${before}}`;
}

function oneLine(value: unknown, notation: Notation): string {
  if (value === null || typeof value !== "object") return notation.scalar(value);
  if (Array.isArray(value)) return `[${value.map((item) => oneLine(item, notation)).join(", ")}]`;
  const entries = Object.entries(value).map(([name, item]) => `${notation.key(name)}: ${oneLine(item, notation)}`);
  const [open, close] = notation === typescriptNotation ? ["{ ", " }"] : ["{", "}"];
  return entries.length === 0 ? "{}" : `${open}${entries.join(", ")}${close}`;
}
