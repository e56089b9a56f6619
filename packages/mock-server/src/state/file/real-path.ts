import { readlinkSync, realpathSync } from "node:fs";
import path from "node:path";

/** The path of a file behind all links, also of one that is still to be made; as it is where that can't be told. */
export function realPath(file: string, links = 0): string {
  try {
    return realpathSync(file);
  } catch {
    const target = linkTarget(file);
    if (target !== undefined && links < 20) return realPath(path.resolve(path.dirname(file), target), links + 1);
    return path.join(realFolder(path.dirname(file)), path.basename(file));
  }
}

/** Where a link leads whose target is not there; undefined for a path that is not a link. */
function linkTarget(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
