/** Where the measurements submit to. */
export const path = "/kling/v1/videos/image2video";

/** A submit's body, with an own id for each number. */
export function bodyOf(number) {
  return {
    model_name: "kling-v2-6",
    image: `https://example.com/pictures/${number}.jpg`,
    prompt: `A boat on a lake, morning fog, slow camera, take ${number}`,
    mode: "std",
    duration: "5",
    external_task_id: `bench-${number}`,
  };
}

/** So many of the items, evenly from first to last. */
export function sampleOf(items, count) {
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]);
}
