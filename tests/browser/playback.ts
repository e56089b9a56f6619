/** What the page finds out about a video. */
export interface Playback {
  readonly duration: number;
  readonly width: number;
  readonly height: number;
  /** One grey value for each of 32 × 18 cells, at each of the times. */
  readonly pictures: readonly (readonly number[])[];
}

/** Mean difference of two pictures, 0 to 255. */
export function difference(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;
}

/** Runs in the page. After a seek it waits for the frame itself: the "seeked" event may come before it is shown. */
export const playInPage = async ([path, times]: readonly [string, readonly number[]]): Promise<Playback> => {
  const video = document.createElement("video");
  const failed = new Promise<never>((_, reject) => {
    video.onerror = () => reject(new Error(`the video failed: ${video.error?.message}`));
  });
  const metadata = new Promise<unknown>((resolve) => video.addEventListener("loadeddata", resolve, { once: true }));
  Object.assign(video, { muted: true, preload: "auto", src: path });
  document.body.append(video);
  await Promise.race([metadata, failed]);
  const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 18 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const pictures: number[][] = [];
  for (const time of times) {
    const seeked = new Promise<unknown>((resolve) => video.addEventListener("seeked", resolve, { once: true }));
    const shown = new Promise<unknown>((resolve) => video.requestVideoFrameCallback(resolve));
    video.currentTime = time;
    await Promise.race([Promise.all([seeked, shown]), failed]);
    context?.drawImage(video, 0, 0, 32, 18);
    const pixels = context?.getImageData(0, 0, 32, 18).data ?? [];
    pictures.push(Array.from({ length: 32 * 18 }, (_, cell) => pixels[cell * 4 + 1] ?? 0));
  }
  return { duration: video.duration, width: video.videoWidth, height: video.videoHeight, pictures };
};
