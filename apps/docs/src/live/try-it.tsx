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
  const [isOpening, setOpening] = useState(false);
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
        disabled={!ready || isOpening}
        aria-label={`Run ${props.name} on the simulator`}
        onClick={async () => {
          setOpening(true);
          const { LiveExample: Live } = await import("./live-example.js");
          setExample({ Live });
        }}
      >
        Run it here, on the simulator
      </button>
      {isOpening && <div class="try-it-room" />}
    </div>
  );
}
