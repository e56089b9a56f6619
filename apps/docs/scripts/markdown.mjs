// What Markdown becomes: tables move inside themselves on a phone, also by keyboard; titles stand once.

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

function wrapTables(node) {
  if (!node.children) return;
  node.children = node.children.map((child) => {
    wrapTables(child);
    if (child.tagName !== "table") return child;
    const properties = { className: ["table-scroll"], role: "region", ariaLabel: "Table", tabIndex: 0 };
    return { type: "element", tagName: "div", properties, children: [child] };
  });
}
