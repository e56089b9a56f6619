import {
  type CallOptions,
  createKlingClient,
  createLimiter,
  type DownloadOptions,
  type FamilyTypes,
  type KlingClientOptions,
  type LimiterOptions,
  type ListQuery,
  type PartialHandle,
  type RetryOptions,
  type WaitOptions,
  type WatchOptions,
} from "@klingkit/core";
import type { CallbackHandlerOptions } from "@klingkit/core/callbacks";
import type { DownloadToFileOptions, FileTaskStoreOptions } from "@klingkit/core/node";
import { type BudgetOptions, createBudget, estimate, type KnownFacts } from "@klingkit/core/pricing";
import {
  type AccountOptions,
  type CallbackOptions,
  createMock,
  type MockOptions,
  type RuleInput,
} from "@klingkit/mock-server";
import { type MockServerOptions, withWorkerRenderer } from "@klingkit/mock-server/node";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { Refusing } from "./support/undefined-options.js";

interface Options {
  readonly client: KlingClientOptions;
  readonly retry: RetryOptions;
  readonly call: CallOptions;
  readonly wait: WaitOptions;
  readonly watch: WatchOptions;
  readonly list: ListQuery;
  readonly handle: PartialHandle;
  readonly download: DownloadOptions;
  readonly file: DownloadToFileOptions;
  readonly taskStore: FileTaskStoreOptions;
  readonly limiter: LimiterOptions;
  readonly budget: BudgetOptions;
  readonly facts: KnownFacts;
  readonly callbacks: CallbackHandlerOptions;
  readonly mock: MockOptions;
  readonly mockCallbacks: CallbackOptions;
  readonly server: MockServerOptions;
  readonly account: AccountOptions;
  readonly rule: RuleInput;
}

const body = { model_name: "kling-v2-6", prompt: "A boat on a lake", mode: undefined, external_task_id: undefined };

describe("under exactOptionalPropertyTypes", () => {
  it("an option that may be left out may be undefined", () => {
    expectTypeOf<Refusing<Options>>().toBeNever();
  });

  it("a field of a request that is not needed may be undefined, also inside", () => {
    type Request = FamilyTypes["image2video"]["request"];
    expectTypeOf<Refusing<{ [Name in keyof FamilyTypes]: FamilyTypes[Name]["request"] }>>().toBeNever();
    expectTypeOf<{
      image: string;
      camera_control: { type: "simple"; config: { zoom: undefined } };
    }>().toExtend<Request>();
    expectTypeOf<{ image: undefined }>().not.toExtend<Request>();
  });
});

describe("undefined", () => {
  it("is the same as an option or a field that was left out", async () => {
    const mock = createMock({ seed: undefined, timing: undefined, callbackRetry: { attempts: undefined } });
    mock.clock.freeze();
    mock.accounts.set("anything", { units: undefined });
    const limiter = createLimiter({ tasks: undefined });
    const budget = createBudget({ maxCost: undefined, budget: undefined });
    const settings = { baseUrl: undefined, retry: { attempts: undefined }, prepare: undefined, limiter, budget };
    const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch, ...settings });

    const task = await kling.text2video.submit(body);
    mock.clock.advance(60_000);
    await kling.resume({ family: task.family, task_id: task.task_id, external_task_id: undefined });

    expect(mock.requests.list()[0]?.body).not.toContain(`"mode"`);
    expect(budget.spent).toBe(estimate("text2video", body, { seconds: undefined }).usd);
  });

  it("as the renderer of a simulator on a port is the renderer it has without", () => {
    expect(withWorkerRenderer({ renderer: undefined }).renderer).toBeDefined();
  });
});
