import { transform } from "sucrase";

/** Lines that the function constructor puts before the code. */
const linesBefore = 2;
const fileName = "example.ts";

/** The edited code could not be read as TypeScript. */
class CompileError extends Error {
  override readonly name = "SyntaxError";
  readonly line: number | null;

  constructor(message: string, line: number | null) {
    super(message);
    this.line = line;
  }
}

type Module = (require: (name: string) => unknown, exports: object, console: unknown) => Promise<void>;

const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => Module;

/**
 * Makes the edited code a function; its lines stay where they are.
 * @throws CompileError
 */
export function compile(code: string): Module {
  let javascript: string;
  try {
    javascript = transform(code, { transforms: ["typescript", "imports"], disableESTransforms: true }).code;
  } catch (error) {
    const [, message = "", line] =
      /^(?:Error transforming [^:]*: )?(.*?)\s*\((\d+):\d+\)$/s.exec(messageOf(error)) ?? [];
    throw new CompileError(message || messageOf(error), line === undefined ? null : Number(line));
  }
  try {
    return new AsyncFunction("require", "exports", "console", `${javascript}\n//# sourceURL=${fileName}`);
  } catch (error) {
    throw new CompileError(messageOf(error), null);
  }
}

/** The line of the edited code at which an error was thrown, or awaited. */
export function lineOf(error: unknown): number | null {
  if (error instanceof CompileError) return error.line;
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const [, line] = new RegExp(`${fileName}:(\\d+)`).exec(stack) ?? [];
  return line === undefined ? null : Number(line) - linesBefore;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
