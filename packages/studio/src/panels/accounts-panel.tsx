import { useState } from "preact/hooks";
import type { Account, AccountChange } from "../control/types.js";
import { unitsText } from "../format/text.js";
import { Facts } from "../parts/detail.js";
import type { PanelProps } from "./panel-props.js";

const limits = {
  units: "Units",
  parallelTasks: "Tasks at a time",
  requestsPerSecond: "Requests a second",
} as const;
const troubles = {
  inArrears: "In arrears (1101)",
  packExpired: "Pack expired (1102)",
  addressRefused: "Address refused (1304)",
} as const;

/** Accounts, what they have left, and what they may do. */
export function AccountsPanel({ studio }: PanelProps) {
  const accounts = studio.accounts.value;
  return (
    <section class="ks-list ks-scroll">
      <div class="ks-cards">
        {accounts.map((account) => (
          <AccountCard key={account.name} studio={studio} account={account} />
        ))}
        <OpenAccount studio={studio} />
      </div>
    </section>
  );
}

function AccountCard({ studio, account }: PanelProps & { readonly account: Account }) {
  const inTrouble = Object.entries(troubles).filter(([name]) => account[name as keyof typeof troubles]);
  return (
    <article class="ks-card" aria-label={account.name}>
      <h2>{account.name}</h2>
      <Balance account={account} />
      {inTrouble.map(([name, words]) => (
        <p key={name} class="ks-alarm">
          ✕ {words}
        </p>
      ))}
      {account.forbiddenModels.length > 0 && (
        <p class="ks-alarm">✕ Refused models: {account.forbiddenModels.join(", ")}</p>
      )}
      <Facts
        facts={{
          "Tasks at a time": account.parallelTasks ?? "no limit",
          "Requests a second": account.requestsPerSecond ?? "no limit",
        }}
      />
      <details>
        <summary>Change</summary>
        <AccountForm studio={studio} account={account} />
      </details>
    </article>
  );
}

function Balance({ account: { unitsLeft, unitsBought } }: { readonly account: Account }) {
  if (unitsLeft === null || unitsBought === null) return <p class="ks-balance">no limit of units</p>;
  return (
    <p class={unitsLeft > 0 ? "ks-balance" : "ks-balance ks-alarm"}>
      {unitsText(unitsLeft)} left of {Number(unitsBought.toFixed(3))}
      <meter min={0} max={Math.max(unitsBought, 1)} value={Math.max(0, unitsLeft)} aria-label="Units left" />
    </p>
  );
}

/** What an account may do. An empty field is no limit. */
function AccountForm({ studio, account }: PanelProps & { readonly account: Account }) {
  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const change = { account: account.name, ...readForm(new FormData(form), account) };
    // From here on the fields follow the account again: units that were typed once would be said with every later change.
    if (await studio.act(`${account.name} is changed.`, studio.client.changeAccount(change))) form.reset();
  }
  const values = { ...account, units: account.unitsLeft };
  return (
    <form class="ks-form" onSubmit={submit}>
      {Object.entries(limits).map(([name, words]) => (
        <label key={name}>
          {words}
          <input
            name={name}
            type="number"
            min={0}
            step={name === "units" ? "any" : 1}
            placeholder="no limit"
            defaultValue={String(values[name as keyof typeof limits] ?? "")}
          />
        </label>
      ))}
      <label>
        Refused models (1103)
        <input
          name="forbiddenModels"
          placeholder="kling-v3, or * for all"
          defaultValue={account.forbiddenModels.join(", ")}
        />
      </label>
      {Object.entries(troubles).map(([name, words]) => (
        <label key={name} class="ks-check">
          <input type="checkbox" name={name} defaultChecked={account[name as keyof typeof troubles]} />
          {words}
        </label>
      ))}
      <button type="submit">Change</button>
    </form>
  );
}

/** Units are only said where they were changed: saying them fills the account up again. */
function readForm(form: FormData, account: Account): AccountChange {
  const figure = (name: string) => (form.get(name) === "" ? null : Number(form.get(name)));
  const units = figure("units");
  const models = String(form.get("forbiddenModels") ?? "").split(",");
  return {
    ...(units === account.unitsLeft ? {} : { units }),
    parallelTasks: figure("parallelTasks"),
    requestsPerSecond: figure("requestsPerSecond"),
    forbiddenModels: models.map((model) => model.trim()).filter((model) => model !== ""),
    ...Object.fromEntries(Object.keys(troubles).map((name) => [name, form.has(name)])),
  };
}

/** Opens an account by its key, before anyone has used it. */
function OpenAccount({ studio }: PanelProps) {
  const [key, setKey] = useState("");
  async function open(event: SubmitEvent) {
    event.preventDefault();
    if (await studio.act("The account is open.", studio.client.changeAccount({ key }))) setKey("");
  }
  return (
    <article class="ks-card" aria-label="Open an account">
      <h2>Open an account</h2>
      <p>Any key opens one on first use. These are in trouble from the start:</p>
      <dl class="ks-terms">
        {studio.magicKeys.value.map((magic) => (
          <div key={magic.key}>
            <dt>
              <code>{magic.key}</code>
            </dt>
            <dd>{magic.description}</dd>
          </div>
        ))}
      </dl>
      <form class="ks-form" onSubmit={open}>
        <label>
          Key
          <input required value={key} autoComplete="off" onInput={(event) => setKey(event.currentTarget.value)} />
        </label>
        <button type="submit">Open</button>
      </form>
    </article>
  );
}
