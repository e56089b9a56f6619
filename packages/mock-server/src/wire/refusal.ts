import { type Dialect, dialects, profiles, type Situation, type SituationAnswer } from "@klingkit/spec";
import { serviceErrors } from "@klingkit/spec/catalogue";
import type { Random } from "../engine/random.js";
import { catalogueErrors } from "./catalogue-errors.js";
import { jsonAnswer, type MockAnswer } from "./http.js";
import { shorten } from "./shorten.js";

/** What fills the gaps in a situation's message. */
export type Details = Readonly<Record<string, string | number>>;

/** Words refusals: the same situation in each dialect's own shape. */
export class Refusals {
  readonly #dialect: Dialect;
  readonly #random: Random;
  readonly #now: () => number;

  constructor(dialect: Dialect, random: Random, now: () => number) {
    this.#dialect = dialect;
    this.#random = random;
    this.#now = now;
  }

  /**
   * The dialect's answer to something that went wrong before a task existed.
   * @param name the operation, whose own wording counts first
   */
  of(situation: Situation, details: Details = {}, name = ""): MockAnswer {
    const own = profiles[name]?.situations[this.#dialect]?.[situation];
    const row = own ?? dialects[this.#dialect].situations[situation] ?? dialects.kling.situations[situation];
    if (!row) throw new RangeError(`No dialect has an answer for the situation ${situation}.`);
    return this.#word(row, details, row.unverified ? { "klingkit-unverified": situation } : {});
  }

  /** The answer of a route that is documented but not served; undefined for a route that is served. */
  unavailable(name: string): MockAnswer | undefined {
    return profiles[name]?.situations[this.#dialect]?.unavailable ? this.of("unavailable", {}, name) : undefined;
  }

  #word(row: SituationAnswer, details: Details, headers: Readonly<Record<string, string>>): MockAnswer {
    if (row.shape === "redirect")
      return { status: row.status, headers: { location: row.location, ...headers }, body: "" };
    const message = row.message === undefined ? undefined : fill(row.message, details);
    switch (row.shape) {
      case "service":
        return this.service(row.code, message, headers);
      case "gateway":
        return this.gateway(row.status, row.code, message ?? "", headers);
      case "task-layer":
        return jsonAnswer(row.status, { code: row.code, message, data: null }, headers);
      case "null-code":
        return jsonAnswer(row.status, { code: null, message }, headers);
      case "nested": {
        const inner = { code: row.code, message, request_id: this.#random.uuid() };
        return jsonAnswer(row.status, { message, data: { message, data: inner } }, headers);
      }
    }
  }

  /** Shape A, by the catalogue's number. */
  service(code: number, message?: string, headers: Readonly<Record<string, string>> = {}): MockAnswer {
    const row = serviceErrors.find((candidate) => candidate.code === code);
    const status = row?.status ?? 400;
    const body = { code, message: message ?? row?.text ?? "unknown error" };
    // Real 401 answers carry no request id.
    return jsonAnswer(status, status === 401 ? body : { ...body, request_id: this.#random.uuid() }, headers);
  }

  /** The account is in trouble: how the gateway words that is not on record. */
  account(code: number): MockAnswer {
    return this.service(code, undefined, this.#dialect === "kling" ? {} : { "klingkit-unverified": "account" });
  }

  /** Shape B: the gateway's own, with its request id at the end of the message. */
  gateway(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}): MockAnswer {
    const text = `${message} (request id: ${this.#gatewayRequestId()})`;
    return jsonAnswer(status, { error: { code, message: text, type: "comet_api_error" } }, headers);
  }

  /** Too many requests, in the dialect's own shape. */
  rateLimit(): MockAnswer {
    return this.#dialect === "kling" ? this.service(1302) : this.gateway(429, "", "rate limit exceeded");
  }

  /** Any error of the catalogue, by its number or name; undefined where there is none. */
  byName(name: string, details: Details = {}): MockAnswer | undefined {
    const error = catalogueErrors.get(name);
    return error && this.#word(error, details, {});
  }

  /** 14 digits of time, more digits, 8 letters: `20260205132859798638387SIHCnxzJ`. */
  #gatewayRequestId(): string {
    const time = new Date(this.#now()).toISOString().replaceAll(/\D/g, "").slice(0, 14);
    const letters = Array.from({ length: 8 }, () => alphabet[this.#random.integer(0, alphabet.length - 1)]).join("");
    return `${time}${this.#random.integer(100_000_000, 999_999_999)}${letters}`;
  }
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function fill(text: string, details: Details): string {
  return text.replaceAll(/\{(\w+)\}/g, (gap, name: string) => shorten(String(details[name] ?? gap), 500));
}
