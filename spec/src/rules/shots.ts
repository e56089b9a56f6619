import { own } from "../own.js";
import { about, refuse, warn } from "./rule.js";
import type { RequestView } from "./view.js";

/** The shots of `customize` fill the video exactly. */
export const shotsFillTheVideo = about(["multi_prompt"], (request) => {
  if (!request.matches({ multi_shot: ["true"], shot_type: ["customize"], multi_prompt: ["*"] })) return undefined;
  const sum = request.items("multi_prompt").reduce((total, shot) => total + request.number(`${shot}.duration`), 0);
  const duration = request.number("duration");
  if (sum === duration || Number.isNaN(duration)) return undefined;
  const advice = `Make the shots add up to the duration: they last ${sum} s, the video ${duration} s.`;
  return refuse("shots", "multi_prompt", "the sum of multi_prompt durations must equal duration", advice);
});

/** The list, or the fixed number of things, that the numbered placeholders of each operation refer to. */
const cited: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  image2video: { element: "element_list", voice: "voice_list" },
  omniVideo: { image: "image_list", element: "element_list", video: "video_list" },
  omniImage: { image: "image_list", element: "element_list" },
  multiElements: { image: "image_list", video: 1 },
};

/** Where texts that may cite something stand. */
function promptsOf(request: RequestView): readonly string[] {
  return ["prompt", ...request.items("multi_prompt").map((shot) => `${shot}.prompt`)];
}

/** `<<<image_2>>>` needs a second picture; what the server does without one is not on record. */
export const placeholdersAreGiven = about(["prompt", "multi_prompt"], (request) => {
  const kinds = own(cited, request.operation) ?? {};
  return promptsOf(request).flatMap((field) => {
    const text = request.text(field);
    const missing = [...text.matchAll(/<<<(image|element|video|voice)_(\d+)>>>/g)].find(([, kind, number]) => {
      const source = kinds[String(kind)];
      const given = typeof source === "string" ? request.count(source) : source;
      return given !== undefined && Number(number) > given;
    });
    if (!missing) return [];
    const advice = `Give what ${missing[0]} stands for, or take it out: places are counted from 1.`;
    return warn("placeholder", field, `${field} cites ${missing[0]}, which is not given`, advice);
  });
});
