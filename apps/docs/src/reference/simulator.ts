import { callbackFaults, faults, magicKeys, scenarios } from "@klingkit/mock-server";
import { parse } from "yaml";
import source from "../../../../packages/mock-server/control-api.yaml?raw";
import { ApiDocument } from "./document.js";

/** The control API, from its own document. */
export const controlApi = new ApiDocument(parse(source));

interface Described {
  readonly name: string;
  readonly description: string;
}

export const scenarioRows: readonly Described[] = described(scenarios);
export const callbackFaultRows: readonly Described[] = described(callbackFaults);
export const magicKeyRows: readonly Described[] = described(magicKeys);
export const faultRows = Object.entries(faults).map(([name, { description, before }]) => ({
  name,
  description,
  before,
}));

function described(table: Readonly<Record<string, { readonly description: string }>>): Described[] {
  return Object.entries(table).map(([name, { description }]) => ({ name, description }));
}
