/** The picture an example sends: where it is shown from, and its bytes. */
export interface Picture {
  readonly url: string;
  /** Name of the reader's file; "" for the example's own. */
  readonly name: string;
  base64(): Promise<string>;
}

/** Longest side of a picture that has to be converted, in pixels. */
const convertedSide = 2048;
/** Larger files are made smaller: 10 MB is the provider's limit. */
const mostBytes = 10_000_000;

export function examplePicture(url: string): Picture {
  return {
    url,
    name: "",
    base64: async () => toBase64(await (await fetch(url)).blob()),
  };
}

/**
 * The reader's own file. JPEG and PNG go as they are; what else the browser can show is converted to JPEG.
 * @throws {Error} where it is no picture
 */
export async function ownPicture(file: File): Promise<Picture> {
  // Read in any case: a file's type is only what its name ends in.
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error("That file is not a picture this browser can read.");
  });
  const asIs = /^image\/(jpeg|png)$/.test(file.type) && file.size <= mostBytes;
  const blob = asIs ? file : await toJpeg(bitmap);
  bitmap.close();
  return { url: URL.createObjectURL(blob), name: file.name, base64: () => toBase64(blob) };
}

function toJpeg(bitmap: ImageBitmap): Promise<Blob> {
  const scale = Math.min(1, convertedSide / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("The picture can't be converted."))),
      "image/jpeg",
      0.9,
    ),
  );
}

function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^data:[^,]*,/, ""));
    reader.onerror = () => reject(new Error("The picture can't be read."));
    reader.readAsDataURL(blob);
  });
}
