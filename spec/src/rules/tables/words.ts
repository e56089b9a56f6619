import type { Conditions } from "../../catalogue-types.js";
import type { Case } from "../cases.js";

/** Exactly one of the two (real: "image and image_tail can not be empty"). */
export function exactlyOne(first: string, second: string, each?: string): readonly Case[] {
  const place = each === undefined ? {} : { each };
  return [
    {
      rule: "one-of",
      when: { [first]: [], [second]: [] },
      field: first,
      message: `${first} and ${second} can not be empty`,
      advice: `Give ${first} or ${second}: one of them is needed.`,
      ...place,
    },
    { ...together(first, second, "they are two ways of saying the same"), rule: "one-of", ...place },
  ];
}

/** Not both. */
export function together(first: string, second: string, why: string): Case {
  return {
    rule: "together",
    when: { [first]: ["*"], [second]: ["*"] },
    field: second,
    message: `${first} and ${second} can not be used together`,
    advice: `Keep ${first} or ${second}: ${why}.`,
  };
}

/** A field that something else makes necessary. */
export function missing(field: string, when: Conditions, why: string): Case {
  return {
    rule: "missing",
    when: { [field]: [], ...when },
    field,
    message: `${field} can not be empty`,
    advice: `Give ${field}: ${why}.`,
  };
}

/** A field that something else makes pointless. */
export function ignored(field: string, when: Conditions, why: string): Case {
  return {
    rule: "ignored",
    when: { ...when, [field]: ["*"] },
    field,
    message: `${field} is ignored`,
    advice: `Leave ${field} out: ${why}.`,
    warn: true,
  };
}

/** A field that something else forbids. */
export function forbidden(field: string, when: Conditions, message: string, advice: string): Case {
  return { rule: "only-with", when: { ...when, [field]: ["*"] }, field, message, advice };
}
