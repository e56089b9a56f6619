/** A picture to render. */
export interface PictureRequest {
  /** Encoded JPEG or PNG bytes; absent means a picture generated from `seed`. */
  readonly image?: Uint8Array;
  /** Decides what is generated, varied and moved; equal seeds give equal results. */
  readonly seed: string;
  /** Longer side of the result in pixels; an odd number is rounded to an even one. */
  readonly longSide: number;
  /** Width of a generated picture over its height. Default 16:9. A submitted picture keeps its own shape. */
  readonly aspectRatio?: number;
  /** Whether a visible mark is drawn into a corner. */
  readonly watermark: boolean;
}

/** A video to render. */
export interface RenderRequest extends PictureRequest {
  /** Length of the video in seconds, above 0; rounded to whole frames. */
  readonly durationSeconds: number;
  /** Frames a second, 24 or more for smooth movement. */
  readonly framesPerSecond: number;
}

/**
 * Turns requests into MP4 and PNG files. Equal requests give byte-identical files, which may be shared with other
 * callers: do not write to them.
 */
export interface Renderer {
  /**
   * Renders an MP4 that moves through the picture.
   *
   * @throws {PictureDecodeError} where the picture cannot be decoded
   */
  render(request: RenderRequest): Promise<Uint8Array>;
  /**
   * Renders a PNG: the picture in a hue that the seed decides, or a generated one.
   *
   * @throws {PictureDecodeError} where the picture cannot be decoded
   */
  renderPicture(request: PictureRequest): Promise<Uint8Array>;
  /** Frees threads and memory; requests still under way are rejected. */
  close?(): Promise<void>;
}

/** The submitted bytes are not a picture that can be decoded. The message is one sentence fit for a user. */
export class PictureDecodeError extends Error {
  override readonly name = "PictureDecodeError";
  /** The error that a host answers with when the result is requested: the picture is the caller's mistake, not the simulator's. */
  readonly status = 422;
}
