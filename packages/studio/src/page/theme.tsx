import { useEffect, useState } from "preact/hooks";

const themes = { auto: "Auto", dark: "Dark", light: "Light" } as const;
type Theme = keyof typeof themes;
const key = "klingkit-studio-theme";

/** Dark or light: as the system has it, or as the reader chose. */
export function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(remembered);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem(key, theme);
    } catch {
      // A browser that keeps nothing forgets the choice with the page.
    }
  }, [theme]);
  return (
    <label class="ks-inline">
      <span class="ks-unseen">Theme</span>
      <select value={theme} onChange={({ currentTarget }) => setTheme(themeOf(currentTarget.value))}>
        {Object.entries(themes).map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

function remembered(): Theme {
  try {
    return themeOf(localStorage.getItem(key));
  } catch {
    return "auto";
  }
}

function themeOf(text: string | null): Theme {
  return text === "dark" || text === "light" ? text : "auto";
}
