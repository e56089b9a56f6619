import type { RuleInput } from "../control/types.js";
import type { PanelProps } from "./panel-props.js";

/** What a rule can be narrowed down to. */
const matches = {
  operation: { words: "Operation", example: "image2video" },
  verb: { words: "Verb", example: "submit, get, list or call" },
  account: { words: "Account", example: "account-1" },
  model: { words: "Model", example: "kling-v2-6" },
} as const;

/** A rule in the words of a `Prefer` header, for the requests that match. */
export function RuleForm({ studio }: PanelProps) {
  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const rule = readForm(new FormData(event.currentTarget));
    void studio.act(`${rule.prefer} is on.`, studio.client.addRule(rule));
  }
  return (
    <article class="ks-card" aria-label="A rule of your own">
      <h2>A rule of your own</h2>
      <p>
        The words of a <code>Prefer</code> header: <code>code=1303</code>, <code>delay=200-800</code>, several with
        commas.
      </p>
      <form class="ks-form" onSubmit={submit}>
        <label>
          Words
          <input name="prefer" required placeholder="fault=html-502, delay=2000" />
        </label>
        {Object.entries(matches).map(([name, { words, example }]) => (
          <label key={name}>
            {words}
            <input name={name} placeholder={example} />
          </label>
        ))}
        <label>
          How many requests
          <input name="times" type="number" min={1} step={1} placeholder="without end" />
        </label>
        <label>
          How likely, in per cent
          <input name="percent" type="number" min={0} max={100} step="any" defaultValue="100" />
        </label>
        <button type="submit">Switch on</button>
      </form>
    </article>
  );
}

function readForm(form: FormData): RuleInput {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const match = Object.keys(matches).flatMap((name) => (text(name) === "" ? [] : [[name, text(name)]]));
  return {
    prefer: text("prefer"),
    match: Object.fromEntries(match),
    probability: Number(text("percent") || "100") / 100,
    ...(text("times") === "" ? {} : { times: Number(text("times")) }),
  };
}
