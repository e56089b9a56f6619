import type { Io } from "../io.js";
import { isUnicode } from "../locale.js";

/** How a terminal shows a picture; `blocks` are characters, two pixels in each. */
export type PictureProtocol = "kitty" | "iterm2" | "sixel" | "blocks";

/** What this terminal can show, as far as its environment tells; undefined where a picture would be in the way. */
export function pictureProtocol(io: Pick<Io, "env" | "stderr">): PictureProtocol | undefined {
  const { env } = io;
  const terminal = env.TERM ?? "";
  const program = env.TERM_PROGRAM ?? "";
  if (!io.stderr.isTTY || terminal === "dumb" || env.CI) return undefined;
  // Inside tmux and screen pictures don't reach the terminal.
  if (!/^(tmux|screen)/.test(terminal)) {
    if (env.KITTY_WINDOW_ID || /kitty|ghostty/i.test(`${terminal} ${program}`)) return "kitty";
    if (/^(iTerm\.app|WezTerm|mintty)$/.test(program) || env.LC_TERMINAL === "iTerm2") return "iterm2";
    if (/sixel|^foot|^mlterm|^contour/.test(terminal)) return "sixel";
  }
  return env.NO_COLOR || !isUnicode(io) ? undefined : "blocks";
}
