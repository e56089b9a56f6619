import { expect, it } from "vitest";
import { firefoxNote, launchFirefox, skipWithoutFirefox } from "../browser/firefox.js";
import { pagesWithExamples, sweeping, useServer } from "./site.js";

/** What differs between browsers: rendering and playing a video, signing callbacks in a frame without an origin, errors' lines. */
const sample = ["/quick-start/", "/guides/callbacks/", "/guides/errors-and-retries/"];
const server = useServer();

it.skipIf(skipWithoutFirefox)(
  `examples run in Firefox to a playing video, a picture, their last line or their error${firefoxNote}`,
  async () => {
    await using firefox = await launchFirefox();
    const expected: Record<string, string> = {};
    const endings: Record<string, string> = {};
    for (const page of sweeping ? pagesWithExamples() : sample) {
      await firefox.open(server.url + page);
      for (const { name, outcome, ending } of await firefox.run(runExamples)) {
        expected[`${page} ${name}`] = outcome;
        endings[`${page} ${name}`] = ending;
      }
    }
    expect(endings).toEqual(expected);
    expect(Object.keys(endings).length).toBeGreaterThanOrEqual(sample.length);
  },
  sweeping ? 900_000 : 180_000,
);

/** Runs in the page, with nothing from outside. */
async function runExamples() {
  const until = async (holds: () => unknown) => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const ended: { readonly name: string; readonly outcome: string; readonly ending: string }[] = [];
  for (const root of document.querySelectorAll<HTMLElement>(".live")) {
    root.scrollIntoView();
    await until(() => root.dataset.ready);
    root.querySelector<HTMLElement>("button.run-start")?.click();
    await until(() => root.dataset.phase === "finished");
    const { example: name = "", outcome = "", failure } = root.dataset;
    if (!failure && outcome === "video") await until(() => (root.querySelector("video")?.currentTime ?? 0) > 0);
    if (!failure && outcome === "picture") await until(() => root.querySelector("img[alt=Result]"));
    ended.push({ name, outcome, ending: failure ?? outcome });
  }
  return ended;
}
