import type { PanelProps } from "./panel-props.js";

/** What became of the latest thing that was done here. */
export function NoticeLine({ studio }: PanelProps) {
  const notice = studio.notice.value;
  return (
    <div class="ks-notice" role="status" aria-live="polite">
      {notice && (
        <p class={notice.kind === "failed" ? "ks-alarm" : ""}>
          {notice.kind === "failed" ? "✕ " : "● "}
          {notice.text}{" "}
          <button
            type="button"
            class="ks-quiet"
            onClick={() => {
              studio.notice.value = undefined;
            }}
          >
            Close
          </button>
        </p>
      )}
    </div>
  );
}
