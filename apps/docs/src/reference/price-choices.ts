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
  return Object.keys(models).filter((model) => {
    const capability = capabilityIn(family, model);
    return (
      models[model]?.discontinued === undefined && capability !== undefined && capability.discontinued === undefined
    );
  });
}

/** What the model can do in the family; undefined where it does not serve it. */
function capabilityIn(family: string, model: string) {
  const capability = models[model]?.[family];
  return typeof capability === "object" ? capability : undefined;
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
  const all = requestFields[family]?.find(({ name }) => name === "duration")?.values ?? [];
  return (capabilityIn(family, model)?.durations ?? all).map(Number);
}
