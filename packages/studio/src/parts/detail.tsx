import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface DetailProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** What is known of one row: beside the list, or over it where there is little room. Escape closes it. */
export function Detail({ title, onClose, children }: DetailProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () =>
      // Once this has gone: what it covers can't be focused. Another row may have been opened in its place.
      queueMicrotask(() => {
        if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
      });
  }, []);
  useLayoutEffect(() => heading.current?.focus(), [title]);
  return (
    <aside
      class="ks-detail"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header class="ks-detail-head">
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" class="ks-quiet" onClick={onClose}>
          Close
        </button>
      </header>
      {children}
    </aside>
  );
}

/** Names and what they stand for. */
export function Facts({ facts }: { readonly facts: Readonly<Record<string, ComponentChildren>> }) {
  return (
    <dl class="ks-facts">
      {Object.entries(facts).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A text as it is: whatever it holds, it is shown and not read as markup. */
export function Verbatim({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <section class="ks-verbatim" aria-label={label}>
      <h3>{label}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </section>
  );
}
