import { own } from "../own.js";
import { type Clause, judge } from "./cases.js";
import { type Rule, refuse } from "./rule.js";

/** How many things several fields may hold together. */
interface Count extends Clause {
  readonly fields: readonly string[];
  readonly least?: number;
  readonly most?: number;
  readonly why: string;
}

const counts: Readonly<Record<string, readonly Count[]>> = {
  multiImage2video: [
    {
      fields: ["image_list"],
      least: 2,
      dialect: "cometapi",
      open: "oneImageOnMultiImage2video",
      why: "the gateway's page says so, unverified",
    },
  ],
  omniVideo: [
    {
      fields: ["image_list", "element_list"],
      most: 7,
      when: { video_list: [] },
      why: "that is the limit without a video",
    },
    {
      fields: ["image_list", "element_list"],
      most: 4,
      when: { video_list: ["*"] },
      why: "that is the limit with a video",
    },
  ],
  multiElements: [
    {
      fields: ["image_list"],
      least: 1,
      most: 2,
      when: { edit_mode: ["addition"] },
      why: "an addition needs pictures of what it adds",
    },
    {
      fields: ["image_list"],
      least: 1,
      most: 1,
      when: { edit_mode: ["swap"] },
      why: "a swap needs a picture of the new thing",
    },
    { fields: ["image_list"], most: 0, when: { edit_mode: ["removal"] }, why: "a removal adds nothing" },
  ],
  advancedLipSync: [
    { fields: ["face_choose"], most: 1, dialect: "kling", why: "one person at a time" },
    {
      fields: ["face_choose"],
      most: 1,
      dialect: "cometapi",
      open: "severalFacesAtGateway",
      why: "Kling takes one person; the gateway's page says one or more, unverified",
    },
  ],
  imageGenerations: [{ fields: ["image", "element_list"], most: 10, why: "that is the limit for both together" }],
  omniImage: [{ fields: ["image_list", "element_list"], most: 10, why: "that is the limit for both together" }],
};

/** Lists that may hold so many items, alone or together. */
export function countRules(operation: string): Rule[] {
  return (own(counts, operation) ?? []).map((row) => (request) => {
    const { fields, least = 0, most = Number.POSITIVE_INFINITY, when = {}, why } = row;
    const given = fields.reduce((total, field) => total + request.count(field), 0);
    if ((given >= least && given <= most) || !request.matches(when)) return undefined;
    const lists = fields.join(" and ");
    const isTooFew = given < least;
    const message = `${lists} size ${isTooFew ? `is less than ${least}` : `exceeds ${most}`}`;
    const advice = `Give ${isTooFew ? `at least ${least}` : `at most ${most}`} in ${lists}, not ${given}: ${why}.`;
    return judge(request, row, () => refuse("count", fields[0] ?? "", message, advice));
  });
}
