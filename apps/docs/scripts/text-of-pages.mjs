// The site as text, made of its built pages: each has a twin in Markdown beside it, llms.txt names them, llms-full.txt holds
// the guides, and llms-reference.txt the rest.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { siteAddress } from "@klingkit/spec/client";
import { matches, select, selectAll } from "hast-util-select";
import { toString as textOf } from "hast-util-to-string";
import rehypeParse from "rehype-parse";
import rehypeRemark from "rehype-remark";
import remarkGfm from "remark-gfm";
import remarkStringify from "remark-stringify";
import { unified } from "unified";
import { SKIP, visit } from "unist-util-visit";

const html = unified().use(rehypeParse);
const markdown = unified()
  .use(rehypeRemark, { handlers: { pre: codeBlock } })
  .use(remarkGfm, { tablePipeAlign: false })
  .use(remarkStringify, { bullet: "-", rule: "-" });

/** What is there to be pressed or filled in, and what it shows before anybody does. */
const notText =
  "script, style, template, wbr, button, label, .calculator, noscript, .sl-anchor-link, .bench, .tablist-wrapper, .samples-to-start-from";
const examples = ".live, .try-it";

/** What belongs into llms-reference.txt: tables, and pages of which most is a program. */
const isReference = ({ address }) =>
  /^\/((reference|recipes|scorecard|evidence|contributing|studio|playground)\/|guides\/(task-stores|testing|batches|fleets|service|other-languages)\/)/.test(
    address,
  );

/** Writes the twins, llms.txt and the whole in two files, in the order of the sidebar. */
export function writeTexts(folder) {
  const pages = addressesOfSidebar(folder).map((address) => readPage(folder, address));
  const list = pages.map(
    ({ address, title, description }) => `- [${title}](${addressFromElsewhere(twinOf(address))}): ${description}`,
  );
  writeFileSync(path.join(folder, "llms.txt"), `${introduction}\n${list.join("\n")}\n`);
  for (const page of pages) writeFileSync(path.join(folder, twinOf(page.address)), markdownOf(page));
  const guides = pages.filter((page) => !isReference(page));
  writeFileSync(path.join(folder, "llms-full.txt"), guides.map(markdownOf).join("\n"));
  writeFileSync(path.join(folder, "llms-reference.txt"), pages.filter(isReference).map(markdownOf).join("\n"));
}

function markdownOf({ address, title, text }) {
  return `# ${title}\n\n${address}\n\n${text}`;
}

/** `/guides/callbacks/#part` → `/guides/callbacks.md#part` */
function twinOf(address) {
  return address.replace(/\/(?=#|$)/, ".md");
}

/** llms.txt is read far from the site: its links are whole as soon as somebody owns an address. */
function addressFromElsewhere(address) {
  return siteAddress === "" ? address : new URL(address, siteAddress).href;
}

const introduction = `# klingkit

> Build on Kling video generation (through the CometAPI gateway, or Kling itself) without spending a credit until you mean
> to: a typed client that never repeats a paid call blindly, a simulator of the provider, a command line, one contract.

Each page below is Markdown. The guides in one file: [llms-full.txt](${addressFromElsewhere("/llms-full.txt")}). Recipes, programs and
reference: [llms-reference.txt](${addressFromElsewhere("/llms-reference.txt")}).

## Pages
`;

function addressesOfSidebar(folder) {
  const links = selectAll("nav.sidebar .top-level a[href]", treeOf(folder, "/quick-start/"));
  return links.map(({ properties }) => properties.href);
}

function treeOf(folder, address) {
  return html.parse(readFileSync(path.join(folder, address, "index.html"), "utf8"));
}

function readPage(folder, address) {
  const tree = treeOf(folder, address);
  const content = withoutControls(select(".sl-markdown-content", tree));
  return {
    address,
    title: textOf(select("h1", tree)),
    description: select("meta[name=description]", tree).properties.content,
    text: markdown.stringify(markdown.runSync({ type: "root", children: content.children })).replaceAll("\u00A0", " "),
  };
}

/** Examples become their code; marks and breaks in cells become words of the sentence. */
function withoutControls(content) {
  visit(content, (node, index, parent) => {
    if (parent === undefined || node.type === "text") return;
    if (node.type === "comment" || matches(notText, node)) {
      parent.children.splice(index, 1);
      return [SKIP, index];
    }
    if (node.tagName === "a" && /^\/.*\/(#|$)/.test(node.properties.href))
      node.properties.href = twinOf(node.properties.href);
    if (matches(examples, node)) parent.children[index] = select("pre", node);
    else if (node.tagName === "br") parent.children[index] = { type: "text", value: " " };
    else if (matches(".needed, .mark", node))
      parent.children[index] = { type: "text", value: `\u00A0(${textOf(node)})` };
  });
  return content;
}

/** A block of code with its language. */
function codeBlock(_state, node) {
  const lines = selectAll(".ec-line", node).map(textOf);
  return { type: "code", lang: node.properties.dataLanguage, value: lines.map((line) => line.trimEnd()).join("\n") };
}
