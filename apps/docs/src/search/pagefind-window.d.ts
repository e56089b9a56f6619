/** Pagefind's window, which has no types of its own. */
declare module "@pagefind/default-ui/npm_dist/mjs/ui-core.mjs" {
  export class PagefindUI {
    constructor(options: { readonly bundlePath: string });
  }
}
