import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { LiveExample } from "./live-example.js";

interface TryItProps {
  readonly name: string;
  readonly code: string;
  /** How it ends, as of a live example. */
  readonly outcome: string;
  /** Address of the example's picture. */
  readonly pictureUrl: string;
  /** The code as it is shown. */
  readonly children?: ComponentChildren;
}

/** A live example that is loaded, and runs, when its button is pressed. */
export function TryIt({ children, ...props }: TryItProps) {
  const [ready, setReady] = useState(false);
  const [opening, setOpening] = useState<"idle" | "loading" | "failed">("idle");
  const [Example, setExample] = useState<{ readonly Live: typeof LiveExample }>();
  useEffect(() => setReady(true), []);
  if (Example) {
    return (
      <Example.Live {...props} fault="none" startsAtOnce>
        {children}
      </Example.Live>
    );
  }
  return (
    <div class="try-it not-content" data-ready={ready || undefined}>
      {children}
      <button
        type="button"
        disabled={!ready || opening === "loading"}
        aria-label={`Run ${props.name} on the simulator`}
        onClick={() => {
          setOpening("loading");
          import("./live-example.js").then(
            ({ LiveExample: Live }) => setExample({ Live }),
            () => setOpening("failed"),
          );
        }}
      >
        Run it here, on the simulator
      </button>
      <p role="status">{opening === "failed" && "✕ It could not be loaded. Check the connection and try again."}</p>
      {opening === "loading" && <div class="try-it-room" />}
    </div>
  );
}
