/** What to render. */
export interface RenderRequest {
  /** Encoded JPEG or PNG bytes; absent means a picture generated from `seed`. */
  readonly image?: Uint8Array;
  /** Decides the camera movement and the generated picture; equal seeds give equal videos. */
  readonly seed: string;
  /** Length of the video in seconds, above 0; rounded to whole frames. */
  readonly durationSeconds: number;
  /** Longer side of the video in pixels; an odd number is rounded to an even one. */
  readonly longSide: number;
  /** Frames a second, 24 or more for smooth movement. */
  readonly framesPerSecond: number;
  /** Whether a visible mark is drawn into a corner. Default false. */
  readonly watermark?: boolean;
}

/** Turns requests into MP4 files. Equal requests give byte-identical files. */
export interface Renderer {
  /**
   * Renders one video. The bytes may be shared with other callers: do not write to them.
   *
   * @throws {PictureDecodeError} where the picture cannot be decoded
   */
  render(request: RenderRequest): Promise<Uint8Array>;
  /** Frees threads and memory; requests still under way are rejected. */
  close?(): Promise<void>;
}

/** The submitted bytes are not a picture that can be decoded. The message is one sentence fit for a user. */
export class PictureDecodeError extends Error {
  override readonly name = "PictureDecodeError";
}
