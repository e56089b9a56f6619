import { profiles } from "../generated/profiles.js";

/**
 * The run time on record for such a request, in seconds; undefined if there is none.
 * @param request without a mode it counts as `std`
 */
export function typicalSeconds(
  operation: string,
  { model_name: model, mode }: { readonly model_name?: unknown; readonly mode?: unknown },
): number | undefined {
  const name = String(mode ?? "std");
  const typical = profiles[operation]?.typicalSeconds ?? {};
  return typical[`${model}/${name}`] ?? typical[name] ?? typical.any;
}
