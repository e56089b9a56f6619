import type { SituationAnswer } from "@klingkit/spec";
import { gatewayErrors, nullCodeErrors, serviceErrors, taskLayerErrors } from "@klingkit/spec/catalogue";

/**
 * Every error of the catalogue by the words that ask for it: `code=1303`, `code=concurrency-limit`. A name that stands
 * for several statuses has the others as `gateway-quota-429`.
 */
export const catalogueErrors: ReadonlyMap<string, SituationAnswer> = collect();

function collect(): Map<string, SituationAnswer> {
  const errors = new Map<string, SituationAnswer>();
  const add = (name: string, status: number, error: SituationAnswer) => {
    errors.set(errors.has(name) ? `${name}-${status}` : name, error);
  };
  for (const { code, name, status } of serviceErrors) {
    errors.set(String(code), { shape: "service", code });
    add(name, status, { shape: "service", code });
  }
  for (const { code, name, status, text } of gatewayErrors) {
    add(name, status, { shape: "gateway", status, code: code === "*" ? "" : code, message: text });
  }
  for (const { code, name, status, text } of taskLayerErrors) {
    add(name, status, { shape: "task-layer", status, code, message: text });
  }
  for (const { name, status, text } of nullCodeErrors) add(name, status, { shape: "null-code", status, message: text });
  return errors;
}
