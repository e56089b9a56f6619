import type { Finding } from "../finding.js";
import { lengthOf } from "../text-length.js";
import { type FieldFacts, factsOf } from "./facts.js";
import { about, doubtful, invalidValue, type Rule, refuse, warn } from "./rule.js";
import type { RequestView } from "./view.js";

/** The facts that rules are made of. */
type Ruling = Exclude<keyof FieldFacts, "default">;

/** Judges a request that gives a field, by one fact about that field. */
type Judgement<Name extends Ruling> = (
  request: RequestView,
  field: string,
  fact: NonNullable<FieldFacts[Name]>,
) => Finding | undefined;

/** A rule for each of an operation's fields that has such a fact. */
function forFieldsWith<Name extends Ruling>(name: Name, judge: Judgement<Name>): (operation: string) => Rule[] {
  return (operation) =>
    Object.entries(factsOf(operation).fields ?? {}).flatMap(([field, { [name]: fact }]) =>
      fact === undefined ? [] : [about([field], (request) => judge(request, field, fact))],
    );
}

/** The gateway's pages state shorter limits than Kling's; they are probably stale, so a warning. */
export const promptsFitGateway = forFieldsWith("gatewayMaxLength", (request, name, longest) => {
  if (request.options.dialect !== "cometapi" || lengthOf(request.text(name)) <= longest) return undefined;
  const make = request.isAccepted("gatewayPromptLengths") ? warn : refuse;
  const advice = `Shorten ${name} to ${longest} characters to be safe: the gateway's page says so, unverified.`;
  return make("gateway-length", name, `${name} length exceeds ${longest}`, advice);
});

/** Values that only the gateway's page knows: Kling does not take them. */
export const openValuesAccepted = forFieldsWith("openValues", (request, name, { values, switch: question }) => {
  const value = request.text(name);
  if (!values.includes(value)) return undefined;
  const isAtGateway = request.options.dialect === "cometapi";
  const advice = isAtGateway
    ? `Whether ${request.operation} takes ${name} ${value} is unverified; another value is safer.`
    : `Choose another ${name}: only an old page of the gateway's lists ${value}.`;
  const finding = invalidValue({ rule: "open-value", field: name, value, advice });
  return isAtGateway && request.isAccepted(question) ? doubtful(finding) : finding;
});

/** Numbers that the server moves into its range instead of refusing them. */
export const clampedNumbersInRange = forFieldsWith("clamped", (request, name, { minimum, maximum }) => {
  const value = request.number(name);
  if (Number.isNaN(value) || (value >= minimum && value <= maximum)) return undefined;
  const advice = `Give ${name} between ${minimum} and ${maximum}; the server moves ${value} to the nearer end.`;
  return warn("clamped", name, `${name} is out of range`, advice);
});

/** A video is given by its address (real text). */
export const videoIsAnAddress = about(["video_url", "input", "video_list", "element_video_list"], (request) =>
  videoFields(request).flatMap((field) => {
    const address = request.text(field);
    if (address === "" || /^https?:\/\//i.test(address)) return [];
    return refuse("video-address", field, "Video URL is invalid", `Give ${field} as an http or https address.`);
  }),
);

/** Where the address of a video may stand. */
function videoFields(request: RequestView): readonly string[] {
  const items = ["video_list", "element_video_list.refer_videos"].flatMap((list) =>
    Array.from({ length: request.count(list) }, (_, index) => `${list}.${index}`),
  );
  return ["video_url", "input.video_url", ...items.map((item) => `${item}.video_url`)];
}

/** The gateway's misspellings, which Kling does not know. */
export const aliasesFitDialect = forFieldsWith("aliasOf", (request, name, aliasOf) =>
  !request.has(name) || request.options.dialect === "cometapi"
    ? undefined
    : warn("misnamed", name, `${name} is ignored`, `Use ${aliasOf}: ${name} is only the gateway's spelling.`),
);

/** `model` is taken and ignored: the default model, long discontinued, is used instead. */
export const modelFieldIsCurrent = about(["model"], (request) =>
  request.has("model") && factsOf(request.operation).hasModel
    ? warn(
        "misnamed",
        "model",
        "model is ignored",
        "Use model_name: the old field model is ignored and the default model is taken.",
      )
    : undefined,
);
