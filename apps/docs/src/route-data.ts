import { anchorOfControl } from "./reference/anchors";
import { commands, isOfOperation } from "./reference/commands";
import { controlApi } from "./reference/simulator";

/** Names that a page takes from code; Starlight knows only the headings of its text. */
const partsOfPages: Readonly<
  Record<string, { readonly under: string; readonly parts: readonly (readonly [string, string])[] }>
> = {
  "reference/cli": {
    under: "commands",
    parts: commands
      .filter(({ name }) => !isOfOperation(name))
      .map(({ name }) => [name.replaceAll(" ", "-"), name.replace("klingkit ", "")]),
  },
  "reference/simulator": {
    under: "control-api",
    parts: controlApi.groups
      .flatMap(({ operations }) => operations)
      .map((operation) => [anchorOfControl(operation), `${operation.method} ${operation.path}`]),
  },
};

interface TocItem {
  readonly depth: number;
  readonly slug: string;
  readonly text: string;
  children: TocItem[];
}

interface Context {
  readonly locals: {
    readonly starlightRoute: {
      readonly id: string;
      hasSidebar: boolean;
      readonly toc?: { readonly items: readonly TocItem[] };
    };
  };
}

/** Gives every page a menu on a phone, and puts the parts into the page's table of contents. Starlight calls it for each page. */
export function onRequest({ locals }: Context): void {
  const { id, toc } = locals.starlightRoute;
  locals.starlightRoute.hasSidebar = true;
  const page = partsOfPages[id];
  const item = toc?.items.find(({ slug }) => slug === page?.under);
  if (page && item) item.children = page.parts.map(([slug, text]) => ({ depth: 3, slug, text, children: [] }));
}
