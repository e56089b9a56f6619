import type { Account, AccountOptions } from "../engine/account.js";
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

type Check = (value: unknown) => boolean;

const isCount: Check = (value) => typeof value === "number" && value >= 0;
const isFlag: Check = (value) => typeof value === "boolean";
const isNames: Check = (value) => Array.isArray(value) && value.every((name) => typeof name === "string");

const settings: Readonly<Record<keyof AccountOptions, Check>> = {
  units: isCount,
  parallelTasks: isCount,
  requestsPerSecond: isCount,
  inArrears: isFlag,
  packExpired: isFlag,
  addressRefused: isFlag,
  forbiddenModels: isNames,
};

/** `{"key": …}` opens an account on first use, `{"account": "account-1"}` names an open one. */
function changeAccount(parts: Some<"accounts">, call: ControlCall): MockAnswer {
  const fields = fieldsOf(call);
  onlyKnown(fields, ["key", "account", ...Object.keys(settings)]);
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
  const read = Object.entries(fields).map(([name, value]) => {
    const check = settings[name as keyof AccountOptions];
    const unlimited = value === null && check === isCount;
    if (!unlimited && !check(value))
      throw new MockProblem(400, "invalid-account", `${name} can't be ${JSON.stringify(value)}.`);
    return [name, unlimited ? Number.POSITIVE_INFINITY : value];
  });
  return Object.fromEntries(read) as AccountOptions;
}
