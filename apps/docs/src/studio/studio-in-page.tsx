import { useEffect, useState } from "preact/hooks";

type Opened = typeof import("./workbench.js");

/** A studio on a simulator in the page. Nothing of it is loaded before the reader opens it. */
export function StudioInPage({ pictureUrl }: { readonly pictureUrl: string }) {
  const [state, setState] = useState<"drawn" | "ready" | "loading" | "failed" | Opened>("drawn");
  useEffect(() => setState("ready"), []);
  const open = () => {
    setState("loading");
    import("./workbench.js").then(setState, () => setState("failed"));
  };
  return (
    <section
      class={`bench ks-app not-content${state === "drawn" || state === "ready" ? " bench-shut" : ""}`}
      aria-label="Studio"
    >
      {typeof state === "object" ? (
        <state.Workbench pictureUrl={pictureUrl} />
      ) : (
        <div class="bench-closed">
          <button type="button" class="bench-open" disabled={state === "drawn" || state === "loading"} onClick={open}>
            Open the studio
          </button>
          <p role="status">{words[state]}</p>
        </div>
      )}
    </section>
  );
}

const words = {
  drawn: "It loads the client, the simulator and the panels.",
  ready: "It loads the client, the simulator and the panels.",
  loading: "Loading…",
  failed: "✕ It could not be loaded. Check the connection and try again.",
} as const;
