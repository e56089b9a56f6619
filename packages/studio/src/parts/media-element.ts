import { type MutableRef, useEffect, useRef } from "preact/hooks";

/**
 * A ref for a video or a sound. When its component goes, the element stops reading: a browser lets one that has left the
 * page read on, and complains once the address is released.
 */
export function useMediaElement(): MutableRef<HTMLVideoElement | null> {
  const media = useRef<HTMLVideoElement | null>(null);
  useEffect(
    () => () => {
      media.current?.removeAttribute("src");
      media.current?.load();
    },
    [],
  );
  return media;
}
