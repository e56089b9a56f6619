import { pictureOf, type Transport } from "../control/transport.js";
import { useSource } from "./media-preview.js";

interface ThumbnailProps {
  readonly transport: Transport;
  readonly taskId: string;
}

/** The picture that a task was made from, small: its room is there before it has come. */
export function Thumbnail({ transport, taskId }: ThumbnailProps) {
  const source = useSource(transport, pictureOf(taskId));
  return <span class="ks-thumbnail">{source && <img src={source} alt="" decoding="async" />}</span>;
}
