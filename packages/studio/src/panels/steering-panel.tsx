import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Rule } from "../control/types.js";
import { count } from "../format/text.js";
import { Prose } from "../parts/prose.js";
import type { PanelProps } from "./panel-props.js";
import { RuleForm } from "./rule-form.js";

/** A word that can be switched on for requests to come. */
interface Switch {
  readonly name: string;
  readonly description: string;
}

/** Rules that are on, switches for every fault and scenario, and rules of the reader's own. */
export function SteeringPanel({ studio }: PanelProps) {
  const { faults, callbackFaults } = studio.faults.value;
  const early = faults.filter(({ before }) => before);
  const late = faults.filter(({ before }) => !before);
  return (
    <section class="ks-list ks-scroll">
      <ActiveRules studio={studio} />
      <div class="ks-cards">
        <Switches studio={studio} title="Faults after the work was done" word="fault" switches={late}>
          A task may exist and be charged: this is where money is lost.
        </Switches>
        <Switches studio={studio} title="Faults before it" word="fault" switches={early}>
          The request is not even looked at: no task, no charge.
        </Switches>
        <Switches studio={studio} title="Scenarios" word="scenario" switches={studio.scenarios.value}>
          How the life of a submitted task goes.
        </Switches>
        <Switches studio={studio} title="Faults of callbacks" word="callback-fault" switches={callbackFaults}>
          For tasks with a <code>callback_url</code>.
        </Switches>
        <RuleForm studio={studio} />
      </div>
    </section>
  );
}

function ActiveRules({ studio }: PanelProps) {
  const rules = studio.rules.value;
  if (rules.length === 0) return <p class="ks-sum">No rule is on: every request is answered as it should be.</p>;
  return (
    <div class="ks-rules-on" aria-live="polite">
      <h2>{count(rules.length, "rule")} on</h2>
      <ul>
        {rules.map((rule) => (
          <li key={rule.id}>
            <code>{rule.prefer}</code> {reachOf(rule)}
            <button
              type="button"
              aria-label={`Remove ${rule.prefer}`}
              onClick={() => studio.act(`${rule.prefer} is off.`, studio.client.removeRule(rule.id))}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => studio.act("All rules are off.", studio.client.clearRules())}>
        Remove all
      </button>
    </div>
  );
}

/** Whom a rule is for, and for how long. */
function reachOf({ match, left, probability }: Rule): string {
  const whom = Object.entries(match).map(([name, value]) => `${name} ${value}`);
  const often = probability === 1 ? "" : `, ${Math.round(probability * 100)} % of them`;
  const span = left === null ? "until it is removed" : `for ${count(left, "more request")}`;
  return `${whom.length === 0 ? "every request" : whom.join(", ")}${often}, ${span}`;
}

interface SwitchesProps extends PanelProps {
  readonly title: string;
  readonly word: string;
  readonly switches: readonly Switch[];
  readonly children: ComponentChildren;
}

/** One kind of words: each for the next request only, or until it is switched off. */
function Switches({ studio, title, word, switches, children }: SwitchesProps) {
  const [wanted, setWanted] = useState("");
  const shown = switches.filter(({ name, description }) =>
    `${name} ${description.replaceAll("`", "")}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  return (
    <article class="ks-card">
      <h2>{title}</h2>
      <p>{children}</p>
      {switches.length > 12 && (
        <label class="ks-search">
          <span class="ks-unseen">Search in {title}</span>
          <input
            type="search"
            placeholder="Search"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </label>
      )}
      {shown.length === 0 && wanted !== "" && <p role="status">Nothing here is like that.</p>}
      <ul class="ks-switches">
        {shown.map(({ name, description }) => (
          <li key={name}>
            <div>
              <code>{name}</code>
              <p>
                <Prose text={description} />
              </p>
            </div>
            <SwitchButtons studio={studio} prefer={`${word}=${name}`} name={name} />
          </li>
        ))}
      </ul>
    </article>
  );
}

function SwitchButtons({ studio, prefer, name }: PanelProps & { readonly prefer: string; readonly name: string }) {
  const active = studio.rules.value.find((rule) => rule.prefer === prefer && rule.left === null);
  const next = studio.rules.value.filter((rule) => rule.prefer === prefer && rule.left !== null).length;
  const { client } = studio;
  return (
    <div class="ks-joined">
      <button
        type="button"
        aria-label={`${name} for the next request`}
        onClick={() => studio.act(`${prefer} hits the next request.`, client.addRule({ prefer, times: 1 }))}
      >
        Next{next > 0 && <span class="ks-note">{next}</span>}
      </button>
      <button
        type="button"
        aria-label={`${name} for every request`}
        aria-pressed={active !== undefined}
        onClick={() =>
          active
            ? studio.act(`${prefer} is off.`, client.removeRule(active.id))
            : studio.act(`${prefer} hits every request.`, client.addRule({ prefer }))
        }
      >
        Always
      </button>
    </div>
  );
}
