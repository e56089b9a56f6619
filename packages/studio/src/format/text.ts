/** Made when a date is first shown: a formatter takes longer than all the rest of a page's start. */
let date: Intl.DateTimeFormat | undefined;

/** `14:03:09` of a simulator's time, in the reader's own zone. */
export function clockTime(at: number): string {
  const time = new Date(at);
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** `24 Nov 2026` */
export function calendarDate(at: number): string {
  date ??= new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric" });
  return date.format(at);
}

/** `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min` */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${trimmed(ms / 1_000)} s`;
  // Rounded before it is divided: 119.6 s are 2 min, not 1 min 60 s.
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return twoParts(seconds, "min", "s");
  return twoParts(Math.round(seconds / 60), "h", "min");
}

/** `3 units`, `1 unit`, `no price on record` */
export function unitsText(units: number | null): string {
  return units === null ? "no price on record" : count(Number(units.toFixed(3)), "unit");
}

/** `$0.21`; nothing where there is no price. */
export function dollarsText(usd: number | null): string {
  return usd === null ? "" : `$${Number(usd.toFixed(4))}`;
}

/** `1 task`, `10,000 tasks` */
export function count(amount: number, word: string): string {
  // A formatter only where there is something to separate: it takes long to make.
  const figure = amount < 1_000 ? String(amount) : amount.toLocaleString("en");
  return `${figure} ${word}${amount === 1 ? "" : "s"}`;
}

/** JSON with line breaks where it is JSON, else the text as it is. */
export function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** An amount of the smaller unit, of which the larger one has sixty. */
function twoParts(amount: number, large: string, small: string): string {
  const [whole, rest] = [Math.floor(amount / 60), amount % 60];
  return rest === 0 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(1)));
}
