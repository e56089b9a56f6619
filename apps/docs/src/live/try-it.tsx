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

/** A live example that is loaded when its button is pressed. */
export function TryIt({ children, ...props }: TryItProps) {
  const [ready, setReady] = useState(false);
  const [Example, setExample] = useState<{ readonly Live: typeof LiveExample }>();
  useEffect(() => setReady(true), []);
  if (Example) {
    return (
      <Example.Live {...props} fault="none">
        {children}
      </Example.Live>
    );
  }
  return (
    <div class="try-it not-content" data-ready={ready || undefined}>
      {children}
      <button
        type="button"
        disabled={!ready}
        aria-label={`Try ${props.name} on the simulator`}
        onClick={async () => {
          const { LiveExample: Live } = await import("./live-example.js");
          setExample({ Live });
        }}
      >
        Try it on the simulator
      </button>
    </div>
  );
}
