import { ttsVoices } from "../../generated/catalogue.js";
import { own } from "../own.js";
import { invalidValue, type Rule, refuse } from "./rule.js";

/** The part of the sound that a face speaks lasts two seconds or more. */
export const croppedSoundsFit: Rule = (request) =>
  request.items("face_choose").flatMap((face) => {
    const length = request.number(`${face}.sound_end_time`) - request.number(`${face}.sound_start_time`);
    if (Number.isNaN(length) || length >= 2000) return [];
    const field = `${face}.sound_end_time`;
    const message =
      length <= 0
        ? "sound_end_time must be greater than sound_start_time"
        : "the cropped audio must not be shorter than 2 seconds";
    return refuse(
      "cropped-sound",
      field,
      message,
      `Put sound_end_time at least 2000 ms after sound_start_time; it is ${length} ms.`,
    );
  });

/** Each voice speaks one language; with another the server does not find it (real text). */
export const voiceSpeaksLanguage: Rule = (request) => {
  const language = own(ttsVoices, request.text("voice_id"));
  if (language === undefined || language === request.text("voice_language")) return undefined;
  const advice = `Set voice_language to ${language}: that is what ${request.text("voice_id")} speaks.`;
  return { ...refuse("voice-language", "voice_id", "Voice id not found", advice), situation: "voice-not-found" };
};

/** text-to-audio: seconds with one decimal. */
export const durationHasOneDecimal: Rule = (request) => {
  const value = request.text("duration");
  const tenths = Number(value) * 10;
  if (value === "" || Number.isNaN(tenths) || Math.abs(tenths - Math.round(tenths)) < 1e-6) return undefined;
  const advice = "Round duration to one decimal: the server takes no finer steps.";
  return invalidValue({ rule: "one-decimal", field: "duration", value, advice });
};
