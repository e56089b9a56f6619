import { requestFields } from "../generated/fields.js";
import { profiles } from "../generated/profiles.js";
import { own } from "./own.js";

/**
 * The run time on record for such a request, in seconds; undefined if there is none.
 * @param request without a mode it counts as the operation's default: `std` where it has none
 */
export function typicalSeconds(
  operation: string,
  { model_name: model, mode }: { readonly model_name?: unknown; readonly mode?: unknown },
): number | undefined {
  const field = own(requestFields, operation)?.find(({ name }) => name === "mode");
  const asked = String(mode || (field?.default ?? "std"));
  const typical = profiles[operation]?.typicalSeconds ?? {};
  return typical[`${model}/${asked}`] ?? typical[asked] ?? typical.any;
}
