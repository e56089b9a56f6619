import { InputError } from "../errors/index.js";

/**
 * Checks settings that count or measure time; `undefined` means the default.
 * @throws InputError for a value that is not a number from 0 up (NaN would make a loop without pauses)
 */
export function checkNumbers(settings: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined && !(typeof value === "number" && value >= 0)) {
      throw new InputError(`${name} is not a number from 0 up.`, "Give a number, or leave it out for the default.");
    }
  }
}

/** @throws InputError if an account's name is not a text or is too long */
export function checkAccount(account: unknown = ""): string {
  if (typeof account === "string" && account.length <= 200) return account;
  throw new InputError("account is not a text of up to 200 characters.", "Give a name, never a key.");
}
