import { getCollection } from "astro:content";
import type { APIRoute } from "astro";
import { inOrder, linkOf, textOf } from "../text-of-pages.js";

/** Every page as text, with the code of its examples. */
export const GET: APIRoute = async () => {
  const pages = inOrder(await getCollection("docs"));
  return new Response(pages.map((page) => `# ${page.data.title}\n\n${linkOf(page)}\n\n${textOf(page)}\n`).join("\n"));
};
