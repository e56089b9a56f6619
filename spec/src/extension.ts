/** A video is not extended beyond so many seconds. Source: Kling's video extension, official. */
export const longestExtendedSeconds = 180;
