/** A kind of file that results come in. */
interface MediaKind {
  readonly extension: string;
  readonly medium: "video" | "image" | "audio";
  /** Content types that announce it. */
  readonly types: RegExp;
  /** How its bytes start, one character a byte. */
  readonly starts: RegExp;
}

const kinds: readonly MediaKind[] = [
  // Most files start with the box `ftyp`; some writers put others before it.
  { extension: "mp4", medium: "video", types: /^video\/mp4\b/, starts: /^.{4}(ftyp|free|skip|wide|mdat|moov)/s },
  { extension: "png", medium: "image", types: /^image\/png\b/, starts: /^\x89PNG/ },
  { extension: "jpg", medium: "image", types: /^image\/jpe?g\b/, starts: /^\xff\xd8\xff/ },
  // Frame sync of MPEG-1, 2 or 2.5, layer III.
  { extension: "mp3", medium: "audio", types: /^audio\/(mpeg|mp3)\b/, starts: /^(ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/ },
  { extension: "wav", medium: "audio", types: /^audio\/(x-|vnd\.)?wave?\b/, starts: /^RIFF.{4}WAVE/s },
];

/** Bytes that tell one kind from another. */
export const signatureLength = 12;

/**
 * Whether what came is what was announced: by its content type, else by its address. Media of other kinds are taken as
 * they come; anything else has to start like one of the known kinds.
 * @returns what is wrong, undefined where nothing is
 */
export function mediaProblem(head: Uint8Array, contentType = "", address: string): string | undefined {
  const found = kindOf(head);
  const named = kinds.find(({ extension }) => extension === extensionOf(address));
  const due = kinds.find(({ types }) => types.test(contentType)) ?? named;
  const other = /^(video|image|audio)\//.test(contentType);
  if (due === undefined) return found || other ? undefined : "What came is neither video, picture nor sound.";
  if (due !== found) return `What came is not ${article(due)} ${due.extension.toUpperCase()}.`;
  // A JPEG behind an address that ends in .png is no fault; a picture behind one that ends in .mp4 is.
  if (named && named.medium !== found.medium)
    return `What came is not ${article(named)} ${named.extension.toUpperCase()}.`;
  return undefined;
}

/** Extensions of media of other kinds. */
const otherExtensions = /^(webp|gif|avif|heic|bmp|tiff?|mov|webm|mkv|avi|m4[av]|aac|ogg|opus|flac)$/;

/**
 * The extension for a file that starts like this; for media of other kinds the address's own. Nothing becomes a page or a
 * program because its host calls it so.
 */
export function mediaExtension(head: Uint8Array, address: string): string {
  const own = extensionOf(address);
  return kindOf(head)?.extension ?? (otherExtensions.test(own) ? own : "bin");
}

function kindOf(head: Uint8Array): MediaKind | undefined {
  const start = String.fromCharCode(...head.subarray(0, signatureLength));
  return kinds.find(({ starts }) => starts.test(start));
}

function extensionOf(address: string): string {
  const [, extension = ""] = /\.([A-Za-z0-9]{1,5})$/.exec(new URL(address).pathname) ?? [];
  return extension.toLowerCase().replace("jpeg", "jpg");
}

function article({ extension }: MediaKind): string {
  return extension.startsWith("m") ? "an" : "a";
}
