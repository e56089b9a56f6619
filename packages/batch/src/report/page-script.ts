import type { Card, Sheet } from "./sheet.js";

/**
 * What the page does. It is written into the page as text, so it stands alone: it uses no import. Only the cards in sight
 * are in the document, so that twenty thousand scroll like twenty.
 */
export function showSheet({ name, writtenAt, cards }: Sheet): void {
  const words: Readonly<Record<string, string>> = {
    done: "● done",
    skipped: "● done before",
    failed: "✕ failed",
    unknown: "? unknown",
    open: "◐ under way",
    "not-started": "◌ not started",
  };
  const gap = 12;
  const textHeight = 96;
  const at = <Kind extends Element>(selector: string) => document.querySelector(selector) as Kind;
  const [grid, search, state, sort] = [
    at<HTMLElement>("main"),
    at<HTMLInputElement>("#search"),
    at<HTMLSelectElement>("#state"),
    at<HTMLSelectElement>("#sort"),
  ];
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const shown = new Map<number, HTMLElement>();
  let list: readonly Card[] = cards;
  let focused = 0;
  let standing = 0;
  /** What the places of the cards were computed for. */
  let laidOut = "";

  const money = (usd: number) => `$${usd.toFixed(2)}`;
  const isDone = (card: Card) => card.state === "done" || card.state === "skipped";

  function element(tag: string, className: string, text = ""): HTMLElement {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function summary(): void {
    const done = cards.filter(isDone).length;
    const failed = cards.filter((card) => card.state === "failed").length;
    const usd = cards.reduce((sum, card) => sum + card.usd, 0);
    at("h1").textContent = name;
    at("#summary").textContent =
      `${cards.length} rows · ${done} done · ${failed} failed · ${cards.length - done - failed} other · ${money(usd)} by Kling's price list · ${new Date(writtenAt).toLocaleString()}`;
    document.title = `${name}: ${done} of ${cards.length}`;
  }

  function options(): void {
    const add = (value: string, text: string) => state.append(new Option(text, value));
    add("", `All rows (${cards.length})`);
    for (const [one, word] of Object.entries(words)) {
      const count = cards.filter((card) => card.state === one).length;
      if (count > 0) add(one, `${word} (${count})`);
    }
    const codes = new Map<string, number>();
    for (const { code } of cards) if (code) codes.set(code, (codes.get(code) ?? 0) + 1);
    for (const [code, count] of codes) add(`code:${code}`, `✕ ${code} (${count})`);
  }

  function filter(): void {
    const wanted = state.value;
    const text = search.value.trim().toLowerCase();
    const fits = (card: Card) =>
      (wanted === "" || card.state === wanted || `code:${card.code}` === wanted) &&
      (text === "" || `${card.id} ${card.prompt} ${card.message}`.toLowerCase().includes(text));
    list = cards.filter(fits);
    if (sort.value === "cost") list = [...list].sort((left, right) => right.usd - left.usd);
    if (sort.value === "attempts") list = [...list].sort((left, right) => right.attempt - left.attempt);
    focused = 0;
    for (const [index, card] of shown) leave(index, card);
    scrollTo({ top: 0 });
    draw();
  }

  function measure() {
    const width = grid.clientWidth;
    const columns = Math.max(1, Math.floor((width + gap) / (240 + gap)));
    const cardWidth = (width - gap * (columns - 1)) / columns;
    return { columns, cardWidth, cardHeight: Math.round((cardWidth * 9) / 16) + textHeight };
  }

  function draw(): void {
    const { columns, cardWidth, cardHeight } = measure();
    const rowHeight = cardHeight + gap;
    const layout = `${columns} ${cardWidth} ${list.length}`;
    const isNew = layout !== laidOut;
    laidOut = layout;
    if (isNew) grid.style.height = `${Math.ceil(list.length / columns) * rowHeight}px`;
    const top = Math.max(0, -grid.getBoundingClientRect().top);
    const first = Math.max(0, Math.floor(top / rowHeight) - 2) * columns;
    const last = Math.min(list.length, (Math.ceil((top + innerHeight) / rowHeight) + 2) * columns);
    for (const [index, card] of shown) {
      if (index < first || index >= last) leave(index, card);
    }
    for (let index = first; index < last; index += 1) {
      const card = list[index];
      if (!card) continue;
      const known = shown.get(index);
      if (known && !isNew) continue;
      const made = known ?? make(card, index);
      const [x, y] = [(index % columns) * (cardWidth + gap), Math.floor(index / columns) * rowHeight];
      made.style.cssText = `width:${cardWidth}px;height:${cardHeight}px;transform:translate(${x}px,${y}px)`;
      if (known) continue;
      grid.append(made);
      shown.set(index, made);
    }
    at<HTMLElement>("#none").hidden = list.length > 0;
    // Videos are loaded when scrolling pauses: those passed by would only cost time.
    clearTimeout(standing);
    standing = window.setTimeout(() => {
      for (const [index, card] of shown) develop(list[index], card);
    }, 200);
  }

  /** Takes a card out of the document, and ends the loading of its video. */
  function leave(index: number, card: HTMLElement): void {
    shown.delete(index);
    card.remove();
    const media = card.querySelector<HTMLMediaElement>("video, audio");
    media?.removeAttribute("src");
    media?.load();
  }

  /** Whether the first result is in the folder. The page loads nothing from elsewhere. */
  function isHere({ places: [place = ""] }: Card): boolean {
    return place !== "" && !/^https?:/i.test(place);
  }

  function make(card: Card, index: number): HTMLElement {
    const made = element("article", "");
    made.tabIndex = 0;
    made.setAttribute("aria-posinset", String(index + 1));
    made.setAttribute("aria-setsize", String(list.length));
    const text = element("div", "text");
    const status = element(
      "span",
      card.state,
      `${words[card.state] ?? card.state} · ${money(card.usd)}${card.attempt > 1 ? ` · attempt ${card.attempt}` : ""}`,
    );
    // A row without files has room for a second line.
    const why = element("span", card.files.length > 0 ? "why" : "why long", card.message || card.prompt);
    why.title = card.message || card.prompt;
    text.append(element("b", "", card.id), status, why);
    const links = element("span", "");
    for (const [index, file] of card.files.entries()) {
      const place = card.places[index];
      const link = document.createElement("a");
      if (place) link.href = place;
      link.textContent = `${file} `;
      links.append(link);
    }
    text.append(links);
    const glyph = isHere(card) ? "" : (words[card.state] ?? "?").slice(0, 1);
    made.append(element("div", "frame", glyph), text);
    made.addEventListener("focus", () => {
      focused = index;
    });
    return made;
  }

  /** Puts the result into its frame, once. */
  function develop(card: Card | undefined, made: HTMLElement): void {
    const [file] = card?.files ?? [];
    const place = made.querySelector(".frame");
    if (!card || !file || !isHere(card) || !place || place.firstChild) return;
    const address = encodeURIComponent(file);
    if (/\.(png|jpg)$/.test(file)) {
      const image = document.createElement("img");
      image.src = address;
      image.alt = card.prompt || card.id;
      image.loading = "lazy";
      place.append(image);
      return;
    }
    const video = document.createElement(/\.(mp3|wav)$/.test(file) ? "audio" : "video");
    video.src = `${address}#t=0.1`;
    video.preload = "metadata";
    video.muted = true;
    video.loop = true;
    video.setAttribute("playsinline", "");
    video.setAttribute("aria-label", `Video of ${card.id}`);
    place.append(video);
    const play = () => void video.play().catch(() => {});
    made.addEventListener("click", () => (video.paused ? play() : video.pause()));
    if (!isCalm) {
      made.addEventListener("pointerenter", play);
      made.addEventListener("pointerleave", () => video.pause());
    }
  }

  function move(by: number): void {
    focused = Math.min(list.length - 1, Math.max(0, focused + by));
    const { columns, cardHeight } = measure();
    const y = Math.floor(focused / columns) * (cardHeight + gap);
    const header = at<HTMLElement>("header").offsetHeight;
    const top = grid.getBoundingClientRect().top + scrollY + y;
    if (top - header < scrollY || top + cardHeight > scrollY + innerHeight) scrollTo({ top: top - header - gap });
    draw();
    shown.get(focused)?.focus({ preventScroll: true });
  }

  function onKey(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === "/" && !isTyping) {
      event.preventDefault();
      search.focus();
      return;
    }
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const { columns } = measure();
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      Home: -list.length,
      End: list.length,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      move(step);
    } else if (event.key === " " || event.key === "Enter") {
      if (event.target instanceof HTMLAnchorElement) return;
      event.preventDefault();
      shown.get(focused)?.click();
    }
  }

  let isDue = false;
  const later = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      draw();
    });
  };
  summary();
  options();
  for (const control of [search, state, sort]) control.addEventListener("input", filter);
  at("form").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  addEventListener("keydown", onKey);
  draw();
}
