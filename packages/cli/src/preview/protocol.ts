import type { Io } from "../io.js";
import { isUnicode } from "../locale.js";

/** How a terminal shows a picture; `blocks` are characters, two pixels in each. */
export type PictureProtocol = "kitty" | "iterm2" | "sixel" | "blocks";

/** What this terminal can show, as far as its environment tells; undefined where a picture would be in the way. */
export function pictureProtocol(io: Pick<Io, "env" | "stderr">): PictureProtocol | undefined {
  const { TERM = "", TERM_PROGRAM = "", LC_TERMINAL = "", KITTY_WINDOW_ID, CI, NO_COLOR } = io.env;
  if (!io.stderr.isTTY || TERM === "dumb" || CI) return undefined;
  // Inside tmux and screen pictures don't reach the terminal.
  if (!/^(tmux|screen)/.test(TERM)) {
    if (KITTY_WINDOW_ID || /kitty|ghostty/i.test(`${TERM} ${TERM_PROGRAM}`)) return "kitty";
    if (/^(iTerm\.app|WezTerm|mintty)$/.test(TERM_PROGRAM) || LC_TERMINAL === "iTerm2") return "iterm2";
    if (/sixel|^foot|^mlterm|^contour/.test(TERM)) return "sixel";
  }
  return NO_COLOR || !isUnicode(io) ? undefined : "blocks";
}
