"use client";

import { useActionState, useEffect, useState } from "react";
import { animate, type Started } from "./actions.js";

interface Video {
  readonly status: "running" | "ready" | "failed";
  readonly url: string | null;
  /** Why it has failed. */
  readonly reason?: string;
}

const nothing: Started = {};

export default function Page() {
  const [order] = useState(() => crypto.randomUUID());
  const [started, start, isStarting] = useActionState(animate, nothing);
  const video = useVideo(started.id);
  return (
    <form action={start}>
      <input type="hidden" name="order" value={order} />
      <label>
        Picture <input type="file" name="picture" accept="image/jpeg,image/png" required />
      </label>
      <button type="submit" disabled={isStarting}>
        Animate it
      </button>
      <p role="status">{started.problem ?? video?.reason ?? video?.status}</p>
      {video?.url && <video src={video.url} controls muted />}
    </form>
  );
}

/** Asks your own route every five seconds until the video is there or has failed. */
function useVideo(id: string | undefined): Video | undefined {
  const [video, setVideo] = useState<Video>();
  const isOver = video?.status === "ready" || video?.status === "failed";
  useEffect(() => {
    if (id === undefined || isOver) return;
    const timer = setInterval(async () => {
      const answer = await fetch(`/api/videos/${id}`);
      if (answer.ok) setVideo(await answer.json());
    }, 5_000);
    return () => clearInterval(timer);
  }, [id, isOver]);
  return video;
}
