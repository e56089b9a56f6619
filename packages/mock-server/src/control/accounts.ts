import type { Account, AccountOptions } from "../engine/account.js";
import { accountSettings, checkAccountOptions, isLimit } from "../engine/account-check.js";
import { magicKeys } from "../engine/magic-keys.js";
import { MockProblem } from "../engine/problem.js";
import { jsonAnswer, type MockAnswer } from "../wire/http.js";
import type { Some } from "../wire/parts.js";
import { type ControlCall, type ControlHandlers, fieldsOf, onlyKnown } from "./handler.js";

export const accountHandlers: ControlHandlers = {
  "GET /__mock/accounts": (parts) => jsonAnswer(200, { accounts: accountsOf(parts), magicKeys: magicKeyList }),
  "POST /__mock/accounts": changeAccount,
};

const magicKeyList = Object.entries(magicKeys).map(([key, { description }]) => ({ key, description }));

/** Accounts as they stand, or one of them; null is without limit. */
export function accountsOf({ accounts }: Some<"accounts">, only?: string): unknown[] {
  const all = accounts.list();
  return (only === undefined ? all : all.filter(({ name }) => name === only)).map(shownAccount);
}

function shownAccount({
  slots: _slots,
  recent: _recent,
  keyPrint: _print,
  boughtAt: _bought,
  chargedThen: _charged,
  reserved: _reserved,
  refundable: _refundable,
  ...account
}: Account): unknown {
  return account;
}

/** `{"key": …}` opens an account on first use, `{"account": "account-1"}` names an open one. */
function changeAccount(parts: Some<"accounts">, call: ControlCall): MockAnswer {
  const fields = fieldsOf(call);
  onlyKnown(fields, ["key", "account", ...accountSettings]);
  const { key, account: name, ...rest } = fields;
  const options = readSettings(rest);
  const account = accountOf(parts, key, name);
  parts.accounts.change(account.name, options);
  return jsonAnswer(200, shownAccount(account));
}

function accountOf({ accounts }: Some<"accounts">, key: unknown, name: unknown): Account {
  if (typeof name === "string" && key === undefined) return accounts.byName(name);
  if (typeof key === "string" && key !== "" && name === undefined) return accounts.of(key);
  throw new MockProblem(400, "invalid-account", "Say which account: either its `key` or, as `account`, its name.");
}

/** null takes a limit away. */
function readSettings(fields: Readonly<Record<string, unknown>>): AccountOptions {
  const options = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const isUnlimited = value === null && isLimit(name);
      return [name, isUnlimited ? Number.POSITIVE_INFINITY : value];
    }),
  );
  checkAccountOptions(options);
  return options;
}
