/** Shows the type of the name under the pointer, in blocks of code that have types since the build. */
export function showTypes(): void {
  let tip: HTMLElement | undefined;
  const hide = () => tip?.hidePopover();
  addEventListener("pointerover", ({ target }) => {
    if (!(target instanceof Element) || tip?.contains(target)) return;
    const name = target.closest<HTMLElement>("[data-type]");
    if (!name) return hide();
    tip ??= createTip();
    fill(tip, name.dataset.type ?? "");
    tip.showPopover();
    place(tip, name.getBoundingClientRect());
  });
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  addEventListener("scroll", ({ target }) => target !== tip && hide(), { capture: true, passive: true });
}

function createTip(): HTMLElement {
  const tip = document.createElement("div");
  tip.className = "type-hover";
  tip.popover = "manual";
  tip.role = "tooltip";
  document.body.append(tip);
  return tip;
}

function fill(tip: HTMLElement, text: string): void {
  const { type, words } = JSON.parse(decodeURIComponent(text)) as { readonly type: string; readonly words: string };
  tip.replaceChildren(Object.assign(document.createElement("code"), { textContent: type }));
  if (words) tip.append(Object.assign(document.createElement("p"), { textContent: words }));
}

/** Above the name, or under it where there is no room; never outside the window. */
function place(tip: HTMLElement, name: DOMRect): void {
  const { offsetHeight: height, offsetWidth: width } = tip;
  tip.style.top = `${name.top > height ? name.top - height : name.bottom}px`;
  tip.style.left = `${Math.max(8, Math.min(name.left, innerWidth - width - 8))}px`;
}
