// Stands in for Pagefind's window where Starlight asks for it: half of a page's script would be for a window that few open.
interface WindowOptions {
  readonly bundlePath: string;
}

/** Loads Pagefind's window when the reader reaches for it, with the pointer, the keyboard or a finger. */
export class PagefindUI {
  constructor(options: WindowOptions) {
    const search = document.querySelector("site-search");
    let isRequested = false;
    const load = async () => {
      if (isRequested) return;
      isRequested = true;
      const { PagefindUI: PagefindWindow } = await import("@pagefind/default-ui/npm_dist/mjs/ui-core.mjs");
      new PagefindWindow({ ...options, bundlePath: "/search/" });
      // Starlight has opened the window by now, and found no field to put the cursor into.
      if (search?.querySelector("dialog")?.open) search.querySelector("input")?.focus();
    };
    for (const event of ["pointerenter", "focusin", "click"]) search?.addEventListener(event, () => void load());
    // On a slow machine the reader may have been quicker than this script.
    if (search?.matches(":hover, :focus-within") || search?.querySelector("dialog")?.open) void load();
    addEventListener("keydown", ({ ctrlKey, metaKey }) => (ctrlKey || metaKey) && void load());
  }
}
