import { requestFields } from "@klingkit/spec";
import { models, prices } from "@klingkit/spec/catalogue";
import { priceRequest } from "@klingkit/spec/pricing";

/** A model of one family as the calculator offers it. */
export interface PricedModel {
  /** `kling-v3, image2video` */
  readonly label: string;
  readonly modes: readonly { readonly name: string; readonly silent: number; readonly withSound?: number }[];
  readonly seconds: readonly number[];
  /** List price of one unit in US dollars. */
  readonly dollarsOfUnit: number;
}

/** Families whose request says how long the video is, and whose price follows from it. */
const families = ["image2video", "text2video", "omniVideo"] as const;

/** Models that are served today, with their prices a second. */
export const priceChoices: readonly PricedModel[] = families.flatMap((family) =>
  livingModels(family).map((model) => ({
    label: `${model}, ${family}`,
    modes: modesOf(family, model),
    seconds: secondsOf(family, model),
    dollarsOfUnit: prices.units.video.usd,
  })),
);

/** How many models of these families are discontinued. */
export const discontinuedCount = Object.values(models).filter(({ discontinued }) => discontinued !== undefined).length;

function livingModels(family: string): string[] {
  return Object.entries(models)
    .filter(([, { discontinued, ...own }]) => {
      const capability = (own as Readonly<Record<string, { readonly discontinued?: string } | undefined>>)[family];
      return discontinued === undefined && capability !== undefined && capability.discontinued === undefined;
    })
    .map(([model]) => model);
}

function modesOf(family: string, model: string): PricedModel["modes"] {
  return ["std", "pro", "4k"].flatMap((name) => {
    const silent = unitsOf(family, model, { mode: name });
    const withSound = unitsOf(family, model, { mode: name, sound: "on" });
    if (silent === undefined) return [];
    return [{ name, silent, ...(withSound === undefined || withSound === silent ? {} : { withSound }) }];
  });
}

/** Units for one second; undefined where no price is on record. */
function unitsOf(family: string, model: string, body: Readonly<Record<string, string>>): number | undefined {
  return priceRequest(family, { model_name: model, duration: "1", ...body }).rate ?? undefined;
}

function secondsOf(family: string, model: string): number[] {
  const capability = (models[model] as unknown as Readonly<Record<string, { readonly durations?: readonly string[] }>>)[
    family
  ];
  const all = requestFields[family]?.find(({ name }) => name === "duration")?.values ?? [];
  return (capability?.durations ?? all).map(Number);
}
