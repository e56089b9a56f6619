import path from "node:path";
import { changeMedia } from "@klingkit/core/inputs";
import { fileInput } from "@klingkit/core/node";
import { preflight } from "@klingkit/core/preflight";
import { families, type MediaField } from "@klingkit/spec";
import { priceRequest } from "@klingkit/spec/pricing";
import { fileNameOf } from "../file-name.js";
import { digestOf } from "../identity.js";
import { isPath } from "../media.js";
import type { BatchRow, FieldProblem, Manifest, ManifestOptions, Problem, RawRow } from "../row.js";
import { convertFields, knownFields } from "./fields.js";
import type { FileFacts, Pictures } from "./pictures.js";

/** Takes the place of a file in the check against the contract, which knows addresses and base64 only. */
const standIn = "https://cdn.example.com/picture.png";
/** How many different warnings are kept. */
const mostWarnings = 100;

/** Makes rows of what a manifest holds, and finds everything that is wrong with them. */
export class RowBuilder {
  readonly #options: ManifestOptions;
  readonly #pictures: Pictures;
  readonly #rows: BatchRow[] = [];
  readonly #problems: Problem[];
  readonly #warnings = new Map<string, Problem>();
  readonly #names = new Map<string, BatchRow>();
  readonly #columns = new Set<string>();
  readonly #digests = new Map<string, number>();

  constructor(options: ManifestOptions, pictures: Pictures, problems: Problem[]) {
    this.#options = options;
    this.#pictures = pictures;
    this.#problems = problems;
  }

  manifest(): Manifest {
    return { rows: this.#rows, problems: this.#problems, warnings: [...this.#warnings.values()] };
  }

  async add({ line, fields }: RawRow): Promise<void> {
    const found: FieldProblem[] = [];
    const family = String(fields.family ?? this.#options.family ?? "image2video");
    if (!Object.hasOwn(families, family)) {
      found.push({
        column: "family",
        what: `There is no family "${family.slice(0, 60)}".`,
        remedy: `Use ${Object.keys(families).slice(0, 4).join(", ")} or another of the reference.`,
      });
      return this.#report(found, line, undefined);
    }
    const { defaults = {}, complete = (_, body) => body } = this.#options;
    const body = complete(family, { ...knownFields(family, defaults), ...convertFields(family, fields, found) });
    const { files, address } = mediaIn(family, body);
    const facts = new Map<string, FileFacts>();
    for (const { name, field } of files) facts.set(name, await this.#pictures.facts(name, field));
    const id = this.#idOf(fields.id, files[0]?.name, found);
    for (const { name } of files) {
      const fact = facts.get(name);
      if (fact && "what" in fact) found.push({ ...fact });
    }
    // Rows by address, of which there may be very many, are looked through only once.
    const withFiles = (change: (name: string) => unknown) =>
      files.length === 0 ? body : changeMedia(family, body, (value) => (isPath(value) ? change(value) : value));
    this.#check(
      family,
      withFiles(() => standIn),
      { line, id },
      found,
    );
    const digest = digestOf(
      family,
      withFiles((name) => facts.get(name)),
    );
    const sent = withFiles((name) => fileInput(this.#pictures.resolve(name), name));
    const row = this.#named({ family, body, sent, digest, line, id, picture: files[0]?.name ?? address });
    this.#unique(row, found);
    this.#report(found, line, row.id);
    this.#rows.push(row);
  }

  #idOf(given: unknown, file: string | undefined, found: FieldProblem[]): string | undefined {
    if (given === undefined || given === null || given === "") return file && path.parse(file).name;
    const id = String(given);
    if (typeof given !== "object" && id.length <= 100 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(id)) return id;
    found.push({ column: "id", what: "The id can't be used.", remedy: "Use up to 100 letters, digits and signs." });
    return undefined;
  }

  /** What the contract says of the request. */
  #check(
    family: string,
    request: Readonly<Record<string, unknown>>,
    place: { readonly line: number | undefined; readonly id: string | undefined },
    found: FieldProblem[],
  ): void {
    for (const { severity, field, message, advice } of preflight(family, request, {
      dialect: this.#options.dialect ?? "cometapi",
    })) {
      const problem = { column: field, what: `${message.replace(/[.\s]*$/, "")}.`, remedy: advice };
      if (severity === "refuse") found.push(problem);
      else if (this.#warnings.size < mostWarnings && !this.#warnings.has(problem.what))
        this.#warnings.set(problem.what, located(problem, place.line, place.id));
    }
  }

  /** Makes the row. Without an id it is named by its digest, and equal rows are counted. */
  #named(parts: {
    readonly family: string;
    readonly body: Readonly<Record<string, unknown>>;
    readonly sent: Readonly<Record<string, unknown>>;
    readonly digest: string;
    readonly line: number | undefined;
    readonly id: string | undefined;
    readonly picture: string | undefined;
  }): BatchRow {
    const { family, digest, line, picture } = parts;
    const { units, usd } = priceRequest(family, parts.body);
    const id = parts.id ?? this.#counted(digest);
    return {
      id,
      family,
      body: parts.sent,
      digest,
      units,
      usd,
      ...(line === undefined ? {} : { line }),
      ...(picture ? { picture } : {}),
    };
  }

  #counted(digest: string): string {
    const count = (this.#digests.get(digest) ?? 0) + 1;
    this.#digests.set(digest, count);
    return `${digest.slice(0, 12)}${count > 1 ? `-${count}` : ""}`;
  }

  #unique(row: BatchRow, found: FieldProblem[]): void {
    const name = fileNameOf(row.id).toLowerCase();
    const other = this.#names.get(name);
    if (!other) this.#names.set(name, row);
    else {
      const what = other.id === row.id ? "The id is there twice" : `Its file would have the name of row ${other.id}`;
      const where = other.line === undefined ? "" : ` (line ${other.line})`;
      found.push({
        column: "id",
        what: `${what}${where}.`,
        remedy: "Give each row an id of its own in the column id.",
      });
    }
  }

  #report(found: readonly FieldProblem[], line: number | undefined, row: string | undefined): void {
    for (const problem of found) {
      // A wrong column would be reported for every row.
      if (problem.what.includes("has no field") && this.#columns.has(problem.what)) continue;
      this.#columns.add(problem.what);
      this.#problems.push(located(problem, line, row));
    }
  }
}

function located(problem: FieldProblem, line: number | undefined, row: string | undefined): Problem {
  return { ...problem, ...(line === undefined ? {} : { line }), ...(row === undefined ? {} : { row }) };
}

/** A row's files, and its first address. */
function mediaIn(family: string, body: Readonly<Record<string, unknown>>) {
  const files: { readonly name: string; readonly field: MediaField }[] = [];
  let address: string | undefined;
  changeMedia(family, body, (value, _, field) => {
    if (isPath(value)) files.push({ name: value, field });
    else if (typeof value === "string" && /^https?:/i.test(value)) address ??= value;
    return value;
  });
  return { files, address };
}
