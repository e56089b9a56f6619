/** How the channels of a JPEG stand for colours. */
export type ColourModel = "grey" | "rgb" | "ycc" | "cmyk" | "ycck";

/** The hints a file gives about its colours. */
export interface ColourHints {
  /** The transform byte of an Adobe segment, where there is one. */
  readonly adobeTransform: number | undefined;
  readonly isJfif: boolean;
  readonly componentIds: readonly number[];
}

const RGB_IDS = "82,71,66";

/** Decides the colour model as common decoders do: by JFIF, then by Adobe's word, then by the names of the channels. */
export function colourModel({ adobeTransform, isJfif, componentIds }: ColourHints): ColourModel {
  if (componentIds.length === 1) return "grey";
  if (componentIds.length === 4) return adobeTransform === 2 ? "ycck" : "cmyk";
  if (isJfif) return "ycc";
  if (adobeTransform !== undefined) return adobeTransform === 0 ? "rgb" : "ycc";
  return componentIds.join() === RGB_IDS ? "rgb" : "ycc";
}

/**
 * Turns one row's channel samples into RGB.
 *
 * @param samples one, three or four values a pixel, as the model has channels
 * @param output three values a pixel
 */
export function convertRow(model: ColourModel, samples: Uint8ClampedArray, output: Uint8ClampedArray): void {
  if (model === "grey") {
    for (let index = 0; index < samples.length; index += 1) output.fill(samples[index] ?? 0, index * 3, index * 3 + 3);
    return;
  }
  const channels = samples.length / (output.length / 3);
  const isLumaBased = model === "ycc" || model === "ycck";
  for (let from = 0, to = 0; to < output.length; from += channels, to += 3) {
    const first = samples[from] as number;
    const second = samples[from + 1] as number;
    const third = samples[from + 2] as number;
    output[to] = isLumaBased ? first + 1.402 * (third - 128) : first;
    output[to + 1] = isLumaBased ? first - 0.344136 * (second - 128) - 0.714136 * (third - 128) : second;
    output[to + 2] = isLumaBased ? first + 1.772 * (second - 128) : third;
  }
  if (channels === 4) applyBlack(samples, output, model);
}

/**
 * Multiplies the light that each ink lets through by that of the black one. All inks are stored inverted (255 is no ink),
 * as Photoshop began and every viewer now expects; YCCK holds the complement of its colours, but not of its black.
 */
function applyBlack(samples: Uint8ClampedArray, output: Uint8ClampedArray, model: ColourModel): void {
  for (let index = 0; index < output.length; index += 1) {
    const colour = output[index] as number;
    const light = model === "ycck" ? 255 - colour : colour;
    output[index] = (light * (samples[Math.floor(index / 3) * 4 + 3] as number)) / 255;
  }
}
