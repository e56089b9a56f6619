// Colours of code in blocks; the editor of the live examples takes the same ones from theme.css.
const theme = (name, type, colours) => ({
  name,
  type,
  colors: { "editor.background": colours.panel, "editor.foreground": colours.text },
  settings: [
    { settings: { background: colours.panel, foreground: colours.text } },
    { scope: ["comment", "punctuation.definition.comment"], settings: { foreground: colours.muted } },
    { scope: ["string", "punctuation.definition.string"], settings: { foreground: colours.string } },
    { scope: ["constant.numeric", "constant.language"], settings: { foreground: colours.number } },
    {
      scope: ["keyword", "storage", "keyword.operator.new", "variable.language"],
      settings: { foreground: colours.keyword },
    },
    { scope: ["keyword.operator", "punctuation", "meta.brace"], settings: { foreground: colours.muted } },
    { scope: ["entity.name.function", "support.function"], settings: { foreground: colours.name } },
    { scope: ["entity.name.type", "support.type", "entity.name.tag"], settings: { foreground: colours.name } },
  ],
});

export const darkroom = theme("darkroom", "dark", {
  panel: "#1d1916",
  text: "#f3ece4",
  muted: "#b5a99c",
  string: "#7fd1a0",
  number: "#8ab8ff",
  keyword: "#ffb454",
  name: "#f0cfa0",
});

export const paper = theme("paper", "light", {
  panel: "#ffffff",
  text: "#221b15",
  muted: "#6b5e51",
  string: "#1f6b45",
  number: "#1f4fa3",
  keyword: "#8f4e00",
  name: "#5f3f12",
});
