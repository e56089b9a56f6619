import * as core from "@klingkit/core";
import * as callbacks from "@klingkit/core/callbacks";
import * as preflight from "@klingkit/core/preflight";
import * as pricing from "@klingkit/core/pricing";
import * as mockServer from "@klingkit/mock-server";
import type { Stage } from "./stage.js";

/** What the code can import: the packages themselves, with the run's simulators, and the reader's picture. */
export function createRequire(
  stage: Stage,
  picture: string,
  onEvent: (event: core.KlingEvent) => void,
): (name: string) => unknown {
  const createKlingClient = (options: core.KlingClientOptions) =>
    core.createKlingClient({
      ...options,
      onEvent(event) {
        onEvent(event);
        options.onEvent?.(event);
      },
    });
  const modules: Readonly<Record<string, unknown>> = {
    "@klingkit/core": { ...core, createKlingClient },
    "@klingkit/core/callbacks": callbacks,
    "@klingkit/core/preflight": preflight,
    "@klingkit/core/pricing": pricing,
    "@klingkit/mock-server": { ...mockServer, createMock: stage.createMock },
    "./picture.js": { picture },
  };
  return (name) => {
    if (Object.hasOwn(modules, name)) return modules[name];
    throw new Error(`There is no "${name}" in this page; there is ${Object.keys(modules).join(", ")}.`);
  };
}
