import { createKlingClient, type KlingClient } from "@klingkit/core";
import { type CallbackWaiter, createCallbackHandler, createCallbackWaiter } from "@klingkit/core/callbacks";
import { createMock, type Mock } from "@klingkit/mock-server";
import { examplePicture } from "../live/picture.js";
import { describeEvent } from "../sandbox/describe-event.js";
import { pageRenderer } from "./page-renderer.js";

/** What the code behind a button works with. */
export interface Scene {
  readonly mock: Mock;
  readonly kling: KlingClient;
  readonly receiver: Receiver;
  /** The example's picture as base64. */
  readonly picture: string;
  /** Another one each time, so that each press is an intention of its own. */
  readonly prompt: string;
  say(text: string): void;
}

/** Takes callbacks in the page. */
interface Receiver {
  /** Where the simulator believes it to be: nothing listens there. */
  readonly address: string;
  readonly key: string;
  readonly waiter: CallbackWaiter;
}

/** A simulator in the page, and everything that is done to it. */
export interface Stage {
  readonly mock: Mock;
  /** The scene of one press of a button. */
  scene(say: Scene["say"]): Promise<Scene>;
}

export function createStage(pictureUrl: string): Stage {
  const receiver = { address: "http://127.0.0.1/callbacks", key: crypto.randomUUID(), waiter: createCallbackWaiter() };
  const onTask = receiver.waiter.onTask;
  const mock: Mock = createMock({
    renderer: pageRenderer,
    callbackFetch: (input, init) => receive(new Request(input, init)),
  });
  const clientWith = (say: Scene["say"]) =>
    createKlingClient({
      apiKey: "anything",
      fetch: mock.fetch,
      onEvent: (event) => {
        const words = describeEvent(event);
        if (words !== "") say(`the client ${words}`);
      },
    });
  const receive = createCallbackHandler({ client: clientWith(() => {}), token: receiver.key, onTask });
  const picture = examplePicture(pictureUrl);
  let takes = 0;
  return {
    mock,
    async scene(say) {
      takes += 1;
      const prompt = `The steam rises, take ${takes}`;
      return { mock, kling: clientWith(say), receiver, picture: await picture.base64(), prompt, say };
    },
  };
}
