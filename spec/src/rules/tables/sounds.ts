import type { Case } from "../cases.js";
import { exactlyOne, ignored, missing } from "./words.js";

const spoken = { "input.mode": ["text2video"] };
const played = { "input.mode": ["audio2video"] };
const why = "mode text2video speaks a text with a voice";

export const soundCases: Readonly<Record<string, readonly Case[]>> = {
  avatar: [
    ...exactlyOne("audio_id", "sound_file"),
    {
      ...missing("prompt", {}, "one sentence of the gateway's page says that calls without it are refused, unverified"),
      open: "avatarWithoutPrompt",
      dialect: "cometapi",
      warn: true,
    },
  ],
  advancedLipSync: [
    ...exactlyOne("audio_id", "sound_file", "face_choose"),
    {
      ...ignored("original_sound_volume", {}, "it is the gateway's name for original_audio_volume"),
      each: "face_choose",
      dialect: "kling",
    },
  ],
  lipSync: [
    ...exactlyOne("input.video_id", "input.video_url"),
    missing("input.text", spoken, why),
    missing("input.voice_id", spoken, why),
    missing("input.voice_language", spoken, why),
    missing("input.audio_type", played, "mode audio2video plays a sound given by file or url"),
    missing("input.audio_file", { ...played, "input.audio_type": ["file"] }, "audio_type is file"),
    missing("input.audio_url", { ...played, "input.audio_type": ["url"] }, "audio_type is url"),
  ],
  videoToAudio: exactlyOne("video_id", "video_url"),
  customVoices: exactlyOne("voice_url", "video_id"),
};
