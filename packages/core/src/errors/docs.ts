import { siteAddress } from "@klingkit/spec/client";

/** The page about an error's code, as the error carries it; nothing while the site has no address. */
export function docsOf(code: string, site: string = siteAddress): { readonly docsUrl?: string } {
  return site === "" ? {} : { docsUrl: `${site}/reference/errors/#${code}` };
}
