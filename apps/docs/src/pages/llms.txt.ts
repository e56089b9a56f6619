import { getCollection } from "astro:content";
import type { APIRoute } from "astro";
import { inOrder, linkOf } from "../text-of-pages.js";

/** What there is on this site, for those who read text only. */
export const GET: APIRoute = async () => {
  const pages = inOrder(await getCollection("docs"));
  const list = pages.map((page) => `- [${page.data.title}](${linkOf(page)}): ${page.data.description ?? ""}`);
  const text = `# klingkit

> Build on Kling video generation (through the CometAPI gateway, or Kling itself) without spending a credit until you mean
> to: a typed client that never repeats a paid call blindly, a simulator of the provider, a command line, one contract.

Everything in one file: [llms-full.txt](/llms-full.txt)

## Pages

${list.join("\n")}
`;
  return new Response(text);
};
