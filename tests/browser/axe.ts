import { source } from "axe-core";
import type { Page } from "playwright-core";

interface Inspection {
  /** What is inspected, as a selector; the whole page by default. */
  readonly within?: string;
  /** Only what hangs on colours; else all rules that axe has switched on by default. */
  readonly onlyColours?: boolean;
  /** Judge the colours of every text, and not of one text for each look that texts have on the page. */
  readonly everyText?: boolean;
  /** Leave out what axe calls minor or moderate. */
  readonly onlySerious?: boolean;
}

/** What axe finds on a page, one line for each rule that is broken. */
export async function axeProblems(page: Page, inspection: Inspection = {}): Promise<string[]> {
  const { within = "html", onlyColours = false, everyText = false, onlySerious = true } = inspection;
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(source);
  if (!everyText) await page.evaluate(markLooks);
  const violations = await page.evaluate(inspect, {
    within,
    onlyColours,
    texts: everyText ? "*" : "[data-look]",
  });
  return violations
    .filter(({ impact }) => !onlySerious || impact === "serious" || impact === "critical")
    .map(({ id, html }) => `${id}: ${html.join(" · ")}`);
}

/** Runs in the page. Without frames: an example's has nothing that is seen. */
async function inspect({
  within,
  onlyColours,
  texts,
}: {
  within: string;
  onlyColours: boolean;
  texts: string;
}): Promise<{ id: string; impact: string | null; html: string[] }[]> {
  // Vitest would give the import another name, which the page does not know.
  const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
  const colours = [
    { id: "color-contrast", selector: texts },
    { id: "link-in-text-block", selector: `a[href]:is(${texts})` },
  ];
  axe.configure({ rules: colours });
  const { violations } = await axe.run(within, {
    resultTypes: ["violations"],
    iframes: false,
    ...(onlyColours ? { runOnly: colours.map(({ id }) => id) } : {}),
  });
  return violations.map(({ id, impact, nodes }) => ({
    id,
    impact: impact ?? null,
    html: nodes.map(({ html }) => html.slice(0, 120)),
  }));
}

/**
 * Runs in the page. Marks the first text of each look: colours, size, weight and line, on the same grounds. A page
 * of a thousand rows has some thirty looks, and colours are what axe takes longest for.
 */
function markLooks(): void {
  const grounds = new Map<Element | null, string>([[null, ""]]);
  const groundOf = (element: Element | null): string => {
    const known = grounds.get(element);
    if (known !== undefined || element === null) return known ?? "";
    const { backgroundColor, backgroundImage, opacity, filter, position } = getComputedStyle(element);
    // What has left its place may stand on anything, and what axe does not judge must not stand for what it does.
    const own = [
      backgroundColor === "rgba(0, 0, 0, 0)" ? "" : backgroundColor,
      backgroundImage === "none" ? "" : backgroundImage,
      opacity === "1" ? "" : opacity,
      filter === "none" ? "" : filter,
      position === "static" ? "" : element.className,
      element.matches(":disabled, [aria-disabled=true], [aria-hidden=true], [inert]") ? "not judged" : "",
    ].join("");
    const ground = `${groundOf(element.parentElement)}|${own}`.replace(/\|+$/, "");
    grounds.set(element, ground);
    return ground;
  };
  const seen = new Set<string>();
  for (const element of document.querySelectorAll("[data-look]")) element.removeAttribute("data-look");
  for (const element of document.body.querySelectorAll("*")) {
    const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const length = texts.reduce((sum, { nodeValue }) => sum + (nodeValue ?? "").trim().length, 0);
    const isField = element.matches("input, select, textarea");
    if ((length === 0 && !isField) || !element.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(element);
    const around = element.parentElement ? getComputedStyle(element.parentElement).color : "";
    // Axe is not sure about single letters.
    const kind = isField ? element.tagName : Math.min(length, 2);
    const look = [color, around, fontSize, fontWeight, textDecorationLine, kind, groundOf(element)].join();
    if (!seen.has(look)) element.setAttribute("data-look", "");
    seen.add(look);
  }
}
