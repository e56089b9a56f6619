import {
  type AnyTask,
  createKlingClient,
  type ErrorCode,
  type FamilyClient,
  type FamilyName,
  type FamilyRequest,
  type FamilyTypes,
  type KlingClient,
  type KlingClientOptions,
  KlingkitError,
  type KnownErrorCode,
  type MediaInput,
  type PaidRequest,
  type PartialHandle,
  type Task,
  TaskFailedError,
  type TaskHandle,
  type TaskReference,
} from "@klingkit/core";
import { prepare } from "@klingkit/core/inputs";
import { estimate } from "@klingkit/core/pricing";
import { describe, expectTypeOf, it } from "vitest";

type Request = FamilyTypes["image2video"]["request"];

const image = "https://example.com/picture.png";
const client = createKlingClient({ apiKey: "sk-test-key" });
/** Its calls are checked by the compiler and never made. */
const never = (_: () => unknown) => {};

describe("a request", () => {
  it("has the contract's fields and types", () => {
    const body: Request = {
      model_name: "kling-v2-6",
      image,
      image_tail: image,
      prompt: "run",
      negative_prompt: "blur",
      cfg_scale: 0.5,
      mode: "pro",
      duration: "5",
      sound: "on",
      multi_shot: true,
      shot_type: "customize",
      multi_prompt: [{ index: 1, prompt: "run", duration: "5" }],
      element_list: [{ element_id: "829836802793406551" }],
      voice_list: [{ voice_id: "1" }],
      static_mask: image,
      dynamic_masks: [{ mask: image, trajectories: [{ x: 1, y: 2 }] }],
      camera_control: { type: "simple", config: { zoom: 3 } },
      watermark_info: { enabled: true },
      callback_url: "https://example.com/hook",
      external_task_id: "order-1",
    };
    expectTypeOf(body).toEqualTypeOf<Request>();
    expectTypeOf<Request>().not.toBeUnknown();
    expectTypeOf<Request>().not.toBeAny();
  });

  it("needs a picture and nothing else: a default makes no field required", () => {
    expectTypeOf<{ image: string }>().toExtend<Request>();
    expectTypeOf<Request["mode"]>().toEqualTypeOf<"std" | "pro" | "4k" | undefined>();
    expectTypeOf<Request["multi_shot"]>().toEqualTypeOf<boolean | undefined>();
    // @ts-expect-error: the picture is missing
    never(() => client.image2video.submit({ prompt: "run" }));
    // @ts-expect-error: the picture is missing
    never(() => client.image2video.generate({}));
  });

  it("takes any model name and knows today's", () => {
    type Model = Request["model_name"];
    expectTypeOf<"kling-v9">().toExtend<Model>();
    expectTypeOf<string>().toExtend<Model>();
    // `string` itself would have swallowed the known names, and editors would offer none.
    expectTypeOf<Extract<Model, "kling-v3">>().toEqualTypeOf<"kling-v3">();
    expectTypeOf<Extract<Model, "kling-v2-6">>().toEqualTypeOf<"kling-v2-6">();
  });

  it("refuses wrong values, wrong types and misspelt fields", () => {
    // @ts-expect-error: no such mode
    never(() => client.image2video.submit({ image, mode: "ultra" }));
    // @ts-expect-error: seconds are a string
    never(() => client.image2video.submit({ image, duration: 5 }));
    // @ts-expect-error: no such duration
    never(() => client.image2video.submit({ image, duration: "60" }));
    // @ts-expect-error: a number is wanted
    never(() => client.image2video.submit({ image, cfg_scale: "0.5" }));
    // @ts-expect-error: a boolean is wanted
    never(() => client.image2video.submit({ image, multi_shot: "true" }));
    // @ts-expect-error: a long id as a number would be rounded
    never(() => client.image2video.submit({ image, element_list: [{ element_id: 8298368027934065 }] }));
    // @ts-expect-error: no such movement
    never(() => client.image2video.submit({ image, camera_control: { type: "spin" } }));
    // @ts-expect-error: the field is called model_name
    never(() => client.image2video.submit({ image, modelName: "kling-v3" }));
    // @ts-expect-error: the field is called negative_prompt
    never(() => client.image2video.submit({ image, negativ_prompt: "blur" }));
  });

  it("takes lists that are readonly, as `as const` makes them", () => {
    const shots = {
      image,
      multi_shot: true,
      shot_type: "customize",
      multi_prompt: [{ index: 1, prompt: "run", duration: "5" }],
    } as const;
    never(() => client.image2video.submit(shots));
    const element_list: readonly { readonly element_id: string }[] = [];
    never(() => client.image2video.submit({ image, element_list }));
    expectTypeOf<typeof shots>().toExtend<Request>();
  });

  it("of no family is unknown, any, or an open object", () => {
    type Requests = { [Name in FamilyName]: FamilyTypes[Name]["request"] };
    type Unknown = { [Name in FamilyName]: unknown extends Requests[Name] ? Name : never }[FamilyName];
    type Open = { [Name in FamilyName]: string extends keyof Requests[Name] ? Name : never }[FamilyName];
    expectTypeOf<Unknown>().toBeNever();
    expectTypeOf<Open>().toBeNever();
  });
});

describe("bytes as an input", () => {
  const bytes = new Uint8Array(4);
  const prepared = createKlingClient({ apiKey: "sk-test-key", prepare });

  it("are refused by the types of a client without prepare", () => {
    // @ts-expect-error: without prepare only an address or base64 can be sent
    never(() => client.image2video.submit({ image: bytes }));
    // @ts-expect-error: the same deep inside
    never(() => client.image2video.generate({ image, dynamic_masks: [{ mask: bytes, trajectories: [] }] }));
    // @ts-expect-error: the same in a call that answers at once
    never(() => client.imageRecognize({ image: bytes }));
    expectTypeOf(client).toEqualTypeOf<KlingClient>();
  });

  it("are taken by a client with prepare, in every family and call", () => {
    never(() => prepared.image2video.submit({ image: bytes }));
    never(() => prepared.image2video.generate({ image, dynamic_masks: [{ mask: bytes, trajectories: [] }] }));
    never(() => prepared.imageRecognize({ image: new Blob() }));
    expectTypeOf(prepared).toEqualTypeOf<KlingClient<MediaInput>>();
    // @ts-expect-error: a prompt is a text all the same
    never(() => prepared.image2video.submit({ image, prompt: bytes }));
  });

  it("are refused where it is open whether there is a prepare", () => {
    const perhaps = (options: KlingClientOptions) => createKlingClient(options);
    // @ts-expect-error: it may have no prepare
    never(() => perhaps({ apiKey: "sk-test-key" }).image2video.submit({ image: bytes }));
  });

  it("do not keep a client that takes them from standing for one that does not", () => {
    expectTypeOf(prepared).toExtend<KlingClient>();
    // @ts-expect-error: no such option
    never(() => createKlingClient({ apiKey: "sk-test-key", prepair: prepare }));
  });
});

describe("the price of a request", () => {
  it("is asked for by a name that is known, or by one that a guard is given", () => {
    never(({ operation, body } = {} as PaidRequest) => estimate(operation, body));
    // @ts-expect-error: no such mode
    never(() => estimate("image2video", { image, mode: "ultra" }));
    // @ts-expect-error: no such family
    never(() => estimate("image3video", { image }));
  });

  it("is asked for with a picture in any form", () => {
    never(() => estimate("image2video", { image: new Blob() }));
  });
});

describe("a task", () => {
  it("is its own handle", () => {
    expectTypeOf<Task<"image2video">>().toExtend<TaskHandle<"image2video">>();
    expectTypeOf<Task<"image2video">>().toExtend<TaskReference>();
    expectTypeOf<TaskHandle>().toExtend<TaskReference>();
    expectTypeOf<PartialHandle>().toExtend<TaskReference>();
    expectTypeOf<Task<"image2video">["task_id"]>().toEqualTypeOf<string>();
    expectTypeOf<Task<"image2video">["family"]>().toEqualTypeOf<"image2video">();
  });

  it("has videos for a result, all of it optional and nullable", () => {
    type Result = NonNullable<Task<"image2video">["task_result"]>;
    type Video = NonNullable<Result["videos"]>[number];
    expectTypeOf<Video["url"]>().toEqualTypeOf<string>();
    expectTypeOf<Video["duration"]>().toEqualTypeOf<string | null | undefined>();
    expectTypeOf<null>().toExtend<Task<"image2video">["task_result"]>();
    // @ts-expect-error: videos may be absent
    never((_task?: Task<"image2video">) => _task?.task_result?.videos[0]);
    // @ts-expect-error: a task of this family has no images
    never((_task?: Task<"image2video">) => _task?.task_result?.images);
  });
});

describe("the client", () => {
  it("has one typed client a family", () => {
    expectTypeOf(client).toExtend<KlingClient>();
    expectTypeOf(client.image2video).toEqualTypeOf<FamilyClient<"image2video">>();
    expectTypeOf(client.image2video.submit).returns.resolves.toEqualTypeOf<Task<"image2video">>();
    expectTypeOf(client.image2video.list).returns.resolves.toEqualTypeOf<Task<"image2video">[]>();
    // @ts-expect-error: no such family
    never(() => client.image3video);
    // @ts-expect-error: a key is needed
    never(() => createKlingClient({}));
    // @ts-expect-error: no such dialect
    never(() => createKlingClient({ apiKey: "x", dialect: "openai" }));
  });

  it("has a typed client also for a name that a generic function takes", () => {
    const submit = <Name extends FamilyName>(name: Name, body: FamilyRequest<Name>): Promise<Task<Name>> =>
      client.family(name).submit(body);
    never(() => submit("image2video", { image }));
    // @ts-expect-error: the picture is missing
    never(() => submit("image2video", { prompt: "run" }));
    expectTypeOf(client.family("image2video" as string)).toEqualTypeOf<FamilyClient<FamilyName>>();
  });

  it("tells the type of a resumed task by the family of its handle", () => {
    const [task, handle] = [{} as Task<"image2video">, {} as PartialHandle];
    never(() => expectTypeOf(client.resume(task)).resolves.toEqualTypeOf<Task<"image2video">>());
    never(() =>
      expectTypeOf(client.resume({ family: "expand", task_id: "1" })).resolves.toEqualTypeOf<Task<"expand">>(),
    );
    never(() => expectTypeOf(client.resume(handle)).resolves.toEqualTypeOf<AnyTask>());
  });

  it("narrows errors of any copy of klingkit", () => {
    never((error: unknown = undefined) => {
      if (KlingkitError.isInstance(error)) {
        expectTypeOf(error.retry).toEqualTypeOf<"never" | "after-delay" | "after-fix" | "unknown">();
        expectTypeOf(error.handle).toEqualTypeOf<PartialHandle | undefined>();
      }
    });
  });
});

describe("an error", () => {
  it("has a code that editors complete, and that may be any other", () => {
    expectTypeOf<KlingkitError["code"]>().toEqualTypeOf<ErrorCode>();
    const known: KnownErrorCode[] = [
      "concurrency-limit",
      "task-failed-risk-control",
      "task-failed-other",
      "task-cancelled",
      "wait-timeout",
    ];
    never(() => known);
    expectTypeOf<"a-guard-of-mine">().toExtend<ErrorCode>();
    // @ts-expect-error: no code of klingkit's
    const slip: KnownErrorCode = "concurency-limit";
    never(() => slip);
  });

  it("of a failed task tells the task's type by its family", () => {
    never(() => {
      const error: unknown = undefined;
      if (!(error instanceof TaskFailedError)) return undefined;
      if (error.task.family === "image2video") expectTypeOf(error.task).toExtend<FamilyTypes["image2video"]["task"]>();
      // @ts-expect-error: no family of the contract
      return error.task.family === "image2film";
    });
  });
});
