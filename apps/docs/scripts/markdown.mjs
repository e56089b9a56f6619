// What Markdown becomes: tables move inside themselves on a phone, also by keyboard; titles stand once.
import { toString as textOf } from "hast-util-to-string";
import { SKIP, visit } from "unist-util-visit";

/** A rehype plugin. */
export function scrollingTables() {
  return (tree) => wrapTables(tree);
}

/** Another: a page has its title already, and a file of the repository that stands in it brings one along. */
export function withoutTitles() {
  return (tree) => {
    tree.children = tree.children.filter(({ tagName }) => tagName !== "h1");
  };
}

/** Each is a landmark of its page, and has the name of the part it stands in. */
function wrapTables(tree) {
  let heading = "";
  visit(tree, "element", (node, index, parent) => {
    if (/^h[2-6]$/.test(node.tagName)) heading = textOf(node);
    if (node.tagName !== "table") return;
    labelCells(node);
    const ariaLabel = heading === "" ? "Table" : `Table: ${heading}`;
    const properties = { className: ["table-scroll"], role: "region", ariaLabel, tabIndex: 0 };
    parent.children[index] = { type: "element", tagName: "div", properties, children: [node] };
    return SKIP;
  });
}

/**
 * Wider tables stand as lists on a phone: each cell carries its column's name, and every part says what it is, because
 * what is no table in its layout is none to a screen reader either.
 */
function labelCells(table) {
  const columns = elementsOf(table, "th").map((cell) => textOf(cell));
  if (columns.length < 3) return;
  const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };
  visit(table, "element", (node) => {
    if (node.tagName in roles) node.properties = { ...node.properties, role: roles[node.tagName] };
    if (node.tagName !== "tr") return;
    for (const [index, cell] of elementsOf(node, "td").entries()) cell.properties.dataLabel = columns[index];
  });
}

function elementsOf(tree, tagName) {
  const found = [];
  visit(tree, { tagName }, (node) => void found.push(node));
  return found;
}
