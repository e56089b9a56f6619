import { defineEcConfig } from "@astrojs/starlight/expressive-code";
import { searchWeight } from "./scripts/search-weight.mjs";
import { typeHovers } from "./scripts/type-hovers.mjs";
import { darkroom, paper } from "./src/styles/code-themes.mjs";

export default defineEcConfig({
  plugins: [typeHovers, searchWeight],
  themes: [darkroom, paper],
  useStarlightUiThemeColors: false,
  useStarlightDarkModeSwitch: true,
  // Commands have no window around them.
  defaultProps: { overridesByLang: { sh: { frame: "code" } } },
  styleOverrides: {
    borderRadius: "6px",
    borderColor: "var(--line)",
    codeFontFamily: "var(--sl-font-mono)",
    codeFontSize: "0.8125rem",
    codeLineHeight: "1.6",
    codePaddingInline: "1rem",
    uiFontFamily: "var(--sl-font)",
    codeBackground: "var(--panel)",
    frames: {
      shadowColor: "transparent",
      editorTabBarBackground: "var(--ground)",
      editorActiveTabBackground: "var(--panel)",
      editorActiveTabIndicatorTopColor: "transparent",
      editorActiveTabIndicatorBottomColor: "var(--safelight)",
      terminalBackground: "var(--panel)",
      terminalTitlebarBackground: "var(--ground)",
      terminalTitlebarBorderBottomColor: "var(--line)",
      frameBoxShadowCssValue: "none",
    },
  },
});
