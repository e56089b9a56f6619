import type { CollectionEntry } from "astro:content";

type Page = CollectionEntry<"docs">;

const sources: Readonly<Record<string, string>> = import.meta.glob<string>(["./examples/*.ts", "./studio/acts/*.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const folders = ["", "concepts", "guides", "reference"];

/** Pages as in the sidebar, without the front page and the one for addresses without a page: they have no text of their own. */
export function inOrder(pages: readonly Page[]): Page[] {
  const rank = ({ id, data }: Page) => [folders.indexOf(folderOf(id)), data.sidebar.order ?? 0] as const;
  return pages
    .filter(({ id }) => !["index", "404"].includes(id))
    .sort(
      (one, other) => rank(one)[0] - rank(other)[0] || rank(one)[1] - rank(other)[1] || one.id.localeCompare(other.id),
    );
}

export function linkOf({ id }: Page): string {
  return `/${id}/`;
}

/** A page's source without imports, its examples as code. */
export function textOf({ body = "" }: Page): string {
  return body
    .replaceAll(/^import .*\n/gm, "")
    .replaceAll(/<(LiveExample|ActCode) [^>]*name="([\w-]+)"[^>]*\/>/g, (_all: string, tag: string, name: string) => {
      const folder = tag === "ActCode" ? "./studio/acts" : "./examples";
      return `\`\`\`ts\n${sources[`${folder}/${name}.ts`]?.trimEnd() ?? ""}\n\`\`\``;
    })
    .replaceAll(/^<StudioInPage \/>\n+/gm, "")
    .trim();
}

function folderOf(id: string): string {
  return id.includes("/") ? id.slice(0, id.indexOf("/")) : "";
}
