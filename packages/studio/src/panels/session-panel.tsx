import { useRef } from "preact/hooks";
import type { Snapshot } from "../control/types.js";
import type { PanelProps } from "./panel-props.js";

/** Empties the simulator, takes it down into a file, and makes it as a file says. */
export function SessionPanel({ studio }: PanelProps) {
  const question = useRef<HTMLDialogElement>(null);
  const { client } = studio;

  async function restore(input: HTMLInputElement) {
    const [file] = input.files ?? [];
    input.value = "";
    if (file)
      await studio.act(`Everything is as ${file.name} says.`, file.text().then(readSnapshot).then(client.restore));
  }

  return (
    <section class="ks-session" aria-label="State">
      <button
        type="button"
        onClick={() => studio.act("The snapshot is in your downloads.", client.snapshot().then(save))}
      >
        Take snapshot
      </button>
      <label class="ks-file">
        Restore
        <input
          type="file"
          accept="application/json,.json"
          onChange={({ currentTarget }) => void restore(currentTarget)}
        />
      </label>
      <button type="button" onClick={() => question.current?.showModal()}>
        Reset
      </button>
      <dialog ref={question} aria-labelledby="ks-reset">
        <form
          method="dialog"
          onSubmit={(event) => {
            if (event.submitter?.getAttribute("value") === "reset")
              void studio.act("Everything is forgotten.", client.reset());
          }}
        >
          <h2 id="ks-reset">Forget everything?</h2>
          <p>Tasks, charges, accounts, pictures, rules, requests and callbacks. The clock goes on.</p>
          <button type="submit" value="reset" class="ks-danger">
            Forget everything
          </button>{" "}
          <button type="submit" value="keep">
            Keep it
          </button>
        </form>
      </dialog>
    </section>
  );
}

/** @throws Error with one sentence for what is no JSON; the simulator checks the rest */
function readSnapshot(text: string): Snapshot {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("This file is not a snapshot: it is not JSON.");
  }
}

function save(snapshot: Snapshot): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(snapshot)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `klingkit-${snapshot.tasks.length}-tasks.json`;
  link.click();
  URL.revokeObjectURL(url);
}
