import { describe, expect, it } from "vitest";
import { type Body, dialects, film, picture, refusals } from "./rules-helpers.js";

// The capability matrix by model, written out from the official map and independent of the catalogue.
// "std5" is mode std with 5 seconds; a mode alone means every duration.
interface Row {
  readonly model: string;
  readonly families: readonly string[];
  readonly modes: readonly string[] | "any";
  readonly durations: readonly number[];
  readonly startAndEnd?: readonly string[];
  readonly endOnly?: readonly string[];
  readonly brush?: readonly string[];
  readonly textCamera?: readonly string[];
  readonly imageCamera?: readonly string[];
  readonly sound?: readonly string[];
  readonly cfgScale: "yes" | "open";
  readonly multiShot?: true;
}

const both = ["text2video", "image2video"];
const split = ["std", "pro"];
const short = [5, 10];
const pro = ["pro5", "pro10"];
const threeToFifteen = Array.from({ length: 13 }, (_, index) => index + 3);

const matrix: readonly Row[] = [
  {
    model: "kling-v1",
    families: both,
    modes: split,
    durations: short,
    startAndEnd: ["std5", "pro5"],
    brush: ["std5", "pro5"],
    textCamera: ["std5"],
    cfgScale: "yes",
  },
  {
    model: "kling-v1-5",
    families: ["image2video"],
    modes: split,
    durations: short,
    startAndEnd: pro,
    endOnly: pro,
    brush: ["pro5"],
    imageCamera: ["pro5"],
    cfgScale: "yes",
  },
  {
    model: "kling-v1-6",
    families: both,
    modes: split,
    durations: short,
    startAndEnd: pro,
    endOnly: pro,
    cfgScale: "yes",
  },
  { model: "kling-v2-master", families: both, modes: "any", durations: short, cfgScale: "open" },
  {
    model: "kling-v2-1",
    families: ["image2video"],
    modes: split,
    durations: short,
    startAndEnd: pro,
    cfgScale: "open",
  },
  { model: "kling-v2-1-master", families: both, modes: "any", durations: short, cfgScale: "open" },
  { model: "kling-v2-5-turbo", families: both, modes: split, durations: short, startAndEnd: pro, cfgScale: "open" },
  {
    model: "kling-v2-6",
    families: both,
    modes: split,
    durations: short,
    startAndEnd: pro,
    sound: pro,
    cfgScale: "open",
  },
  {
    model: "kling-v3",
    families: both,
    modes: ["std", "pro", "4k"],
    durations: threeToFifteen,
    startAndEnd: ["std", "pro", "4k"],
    sound: ["std", "pro", "4k"],
    cfgScale: "open",
    multiShot: true,
  },
];

const allModes = ["std", "pro", "4k"];
const allDurations = threeToFifteen;
const strict = { cfgScaleOnV2: "refuse", cfgScaleOnV3: "refuse", otherDurationsOnV26: "refuse" } as const;

interface Cell {
  readonly title: string;
  readonly operation: string;
  readonly body: Body;
  readonly accepted: boolean;
}

/** A whole body of the row's model, with what the cell is about added. */
function bodyOf(operation: string, row: Row, mode: string, duration: number, extra: Body): Body {
  const frames = operation === "image2video" ? { image: picture } : {};
  return { model_name: row.model, prompt: "a", mode, duration: String(duration), ...frames, ...extra };
}

function isListed(cells: readonly string[] | undefined, mode: string, duration: number): boolean {
  return cells?.includes(`${mode}${duration}`) === true || cells?.includes(mode) === true;
}

/** Every cell of a row for one feature, over the modes and durations that the model has. */
function cellsOf(
  row: Row,
  operation: string,
  feature: string,
  extra: Body,
  cells: readonly string[] | undefined,
): Cell[] {
  const modes = row.modes === "any" ? ["std"] : row.modes;
  return modes.flatMap((mode) =>
    row.durations.map((duration) => ({
      title: `${row.model} ${operation} ${mode} ${duration} s: ${feature}`,
      operation,
      body: bodyOf(operation, row, mode, duration, extra),
      accepted: isListed(cells, mode, duration),
    })),
  );
}

const simple = (zoom: number) => ({ camera_control: { type: "simple", config: { zoom } } });
const mask = {
  dynamic_masks: [
    {
      mask: picture,
      trajectories: [
        { x: 1, y: 1 },
        { x: 2, y: 2 },
      ],
    },
  ],
};

const cells = matrix.flatMap((row) => {
  const onImage = row.families.includes("image2video");
  const onText = row.families.includes("text2video");
  return [
    ...(onImage
      ? [
          ...cellsOf(row, "image2video", "start and end frame", { image_tail: picture }, row.startAndEnd),
          ...cellsOf(row, "image2video", "end frame only", { image: "", image_tail: picture }, row.endOnly),
          ...cellsOf(row, "image2video", "dynamic mask", mask, row.brush),
          ...cellsOf(row, "image2video", "static mask", { static_mask: picture }, row.brush),
          ...cellsOf(row, "image2video", "camera, simple", simple(5), row.imageCamera),
          ...cellsOf(row, "image2video", "camera, preset", { camera_control: { type: "forward_up" } }, []),
        ]
      : []),
    ...(onText
      ? [
          ...cellsOf(row, "text2video", "camera, simple", simple(5), row.textCamera),
          ...cellsOf(row, "text2video", "camera, preset", { camera_control: { type: "forward_up" } }, row.textCamera),
        ]
      : []),
    ...row.families.flatMap((operation) => [
      ...cellsOf(row, operation, "nothing", {}, allModes),
      ...cellsOf(row, operation, "sound on", { sound: "on" }, row.sound),
      ...cellsOf(row, operation, "sound off", { sound: "off" }, allModes),
      ...cellsOf(row, operation, "cfg_scale", { cfg_scale: 0.5 }, row.cfgScale === "yes" ? allModes : []),
      ...cellsOf(
        row,
        operation,
        "multi_shot",
        { multi_shot: true, shot_type: "intelligence" },
        row.multiShot && allModes,
      ),
    ]),
    ...(onImage
      ? cellsOf(row, "image2video", "element_list", { element_list: [{ element_id: "1" }] }, row.multiShot && allModes)
      : []),
  ];
});

describe("the capability matrix", () => {
  it.each(cells)("$title: $accepted", ({ operation, body, accepted }) => {
    for (const dialect of dialects) {
      if (dialect === "cometapi" && operation === "image2video" && body.image === "") continue;
      const found = refusals(operation, body, { dialect, openQuestions: strict });
      expect(found.length === 0).toBe(accepted);
      for (const finding of found) expect(finding.situation).toBe("invalid-parameter");
    }
  });

  it.each(
    matrix.flatMap(({ model, families, modes, durations }) =>
      families.map((operation) => ({ model, operation, modes, durations })),
    ),
  )("modes and durations of $model in $operation", ({ model, operation, modes, durations }) => {
    const row = matrix.find((each) => each.model === model) as Row;
    for (const mode of allModes) {
      const found = refusals(operation, bodyOf(operation, row, mode, durations[0] ?? 5, {}));
      const accepted = modes === "any" || modes.includes(mode);
      expect(found.map(({ field }) => field)).toEqual(accepted ? [] : ["mode"]);
      if (!accepted) expect(found[0]?.message).toContain(`mode value '${mode}' is invalid, allowed values: std, `);
    }
    for (const duration of allDurations) {
      const found = refusals(operation, bodyOf(operation, row, "pro", duration, {}), { openQuestions: strict });
      expect(found.map(({ field }) => field)).toEqual(durations.includes(duration) ? [] : ["duration"]);
    }
  });
});

describe("which model serves which family", () => {
  const videoModels = [...matrix.map(({ model }) => model), "kling-v3-omni", "kling-video-o1"];
  const serves = (operation: string, model: string) =>
    operation === "omniVideo"
      ? ["kling-v3-omni", "kling-video-o1"].includes(model)
      : matrix.find((row) => row.model === model)?.families.includes(operation) === true;

  it.each(
    [...both, "omniVideo"].flatMap((operation) =>
      videoModels.map((model) => ({ operation, model, is: serves(operation, model) })),
    ),
  )("$model on $operation: $is", ({ operation, model, is }) => {
    const found = refusals(operation, {
      model_name: model,
      prompt: "a",
      image: picture,
      aspect_ratio: "16:9",
      duration: "5",
      mode: "pro",
    });
    expect(found.map(({ situation }) => situation)).toEqual(is ? [] : ["unknown-model"]);
  });

  it.each([
    [
      "motionControl",
      ["kling-v2-6", "kling-v3"],
      { image_url: picture, video_url: film, character_orientation: "video", mode: "std" },
    ],
    ["multiImage2video", ["kling-v1-6"], { image_list: [{ image: picture }, { image: picture }], prompt: "a" }],
    ["multiElements", ["kling-v1-6"], { session_id: "1", edit_mode: "removal", prompt: "a" }],
  ] as const)("%s is served by %j alone", (operation, models, body) => {
    for (const model of videoModels) {
      const found = refusals(operation, { model_name: model, ...body });
      expect(found.map(({ situation }) => situation)).toEqual(
        (models as readonly string[]).includes(model) ? [] : ["unknown-model"],
      );
    }
  });

  it.each(["kling-v2-6", "kling-v3"])("motion-control with %s takes no 4k", (model_name) => {
    const body = { model_name, image_url: picture, video_url: film, character_orientation: "video" };
    expect(refusals("motionControl", { ...body, mode: "pro" })).toEqual([]);
    expect(refusals("motionControl", { ...body, mode: "4k" })).toMatchObject([
      { field: "mode", situation: "invalid-parameter" },
    ]);
  });
});

describe("the omni models", () => {
  const withFrames = {
    image_list: [
      { image_url: picture, type: "first_frame" },
      { image_url: picture, type: "end_frame" },
    ],
  };
  const withFeatureVideo = { video_list: [{ video_url: film, refer_type: "feature" }] };
  const omni = (model_name: string, extra: Body) => ({
    model_name,
    prompt: "a",
    aspect_ratio: "16:9",
    mode: "pro",
    ...extra,
  });

  it.each([
    ["kling-v3-omni", { mode: "4k" }, true],
    ["kling-video-o1", { mode: "4k" }, false],
    ["kling-v3-omni", { duration: "15", ...withFrames }, true],
    ["kling-video-o1", { duration: "10", ...withFrames }, true],
    ["kling-video-o1", { duration: "7", ...withFrames }, true],
    ["kling-video-o1", { duration: "11", ...withFrames }, false],
    ["kling-video-o1", { duration: "5" }, true],
    ["kling-video-o1", { duration: "10" }, true],
    ["kling-video-o1", { duration: "7" }, false],
    ["kling-video-o1", { duration: "7", image_list: [{ image_url: picture, type: "first_frame" }] }, false],
    ["kling-video-o1", { duration: "7", image_list: [{ image_url: picture }] }, true],
    ["kling-video-o1", { duration: "7", element_list: [{ element_id: "1" }] }, true],
    ["kling-video-o1", { duration: "7", ...withFeatureVideo }, true],
    ["kling-v3-omni", { duration: "10", ...withFeatureVideo }, true],
    ["kling-v3-omni", { duration: "15", mode: "4k", ...withFeatureVideo }, true],
    ["kling-video-o1", { duration: "11", ...withFeatureVideo }, false],
    ["kling-v3-omni", { multi_shot: true, shot_type: "intelligence", ...withFrames }, true],
    ["kling-v3-omni", { sound: "on" }, true],
    ["kling-v3-omni", { sound: "on", ...withFeatureVideo }, false],
    ["kling-video-o1", { sound: "on" }, false],
    ["kling-v3-omni", { multi_shot: true, shot_type: "intelligence" }, true],
    ["kling-video-o1", { multi_shot: true, shot_type: "intelligence" }, false],
  ])("%s with %j: %s", (model, extra, accepted) => {
    const found = refusals("omniVideo", omni(model, extra));
    expect(found.length === 0).toBe(accepted);
    for (const finding of found) expect(finding.situation).toBe("invalid-parameter");
  });

  it("says the real words for kling-video-o1", () => {
    expect(refusals("omniVideo", omni("kling-video-o1", { duration: "7" }))[0]?.message).toBe(
      "Duration only supports 5 or 10 seconds when no refer_image is provided",
    );
  });
});
