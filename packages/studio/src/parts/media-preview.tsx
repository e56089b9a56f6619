import { useEffect, useState } from "preact/hooks";
import type { MediaSource, Transport } from "../control/transport.js";
import { useMediaElement } from "./media-element.js";

/** The address of what lies at a control path, as long as it is needed; undefined until it is there. */
export function useSource(transport: Transport, path: string | undefined): string | undefined {
  const [source, setSource] = useState<{ readonly path: string; readonly url: string }>();
  useEffect(() => {
    if (path === undefined) return;
    let loaded: MediaSource | undefined;
    let isNeeded = true;
    transport.source(path).then(
      (media) => {
        loaded = media;
        if (isNeeded) setSource({ path, url: media.url });
        else media.release();
      },
      () => {},
    );
    return () => {
      isNeeded = false;
      loaded?.release();
    };
  }, [transport, path]);
  return source?.path === path ? source?.url : undefined;
}

interface PreviewProps {
  readonly transport: Transport;
  /** Address of a result, as a task's answer has it. */
  readonly address: string;
}

/** A result: a video to play, a picture to see, a sound to hear. */
export function MediaPreview({ transport, address }: PreviewProps) {
  // Before the source: cleaned up in this order, the element stops reading before its address is released.
  const media = useMediaElement();
  const url = useSource(transport, `/__mock/files?address=${encodeURIComponent(address)}`);
  if (url === undefined) return null;
  const { pathname } = new URL(address);
  if (pathname.endsWith(".png")) return <img class="ks-preview" src={url} alt="Result" />;
  if (/\.(mp3|wav)$/.test(pathname)) {
    // biome-ignore lint/a11y/useMediaCaption: a generated tone has no words
    return <audio ref={media} class="ks-preview" src={url} controls preload="none" />;
  }
  return (
    <video
      ref={media}
      class="ks-preview"
      src={url}
      controls
      loop
      muted
      playsInline
      preload="metadata"
      aria-label="Result"
    />
  );
}
