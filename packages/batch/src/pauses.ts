import type { FamilyName, KlingClient } from "@klingkit/core";
import { families } from "@klingkit/spec";

/** Where callbacks are expected, checks are this much rarer: callbacks get lost. */
const withCallbacks = 10;
/** Longest pause between two checks, in milliseconds. */
const longestMs = 120_000;
/** Pause between questions to a simulator on this machine, in milliseconds: its tasks may last seconds. */
export const localMs = 100;

/** When a task is asked for first, in milliseconds after its submit. */
export function firstCheckMs({ isLocal }: KlingClient, family: string): number {
  return isLocal ? localMs : (families[family as FamilyName]?.firstPollMs ?? 10_000);
}

/** The pause before another check, in milliseconds. Pauses grow by a fifth, up to the longest that the contract advises. */
export function nextCheckMs(
  { isLocal }: KlingClient,
  family: string,
  { checks, hasCallbacks }: { readonly checks: number; readonly hasCallbacks: boolean },
): number {
  const [shortest, longest] = isLocal
    ? [localMs, localMs]
    : (families[family as FamilyName]?.pollMs ?? [5_000, 10_000]);
  const pause = Math.min(longest, shortest * 1.2 ** Math.max(0, checks - 1));
  return hasCallbacks ? Math.min(longestMs, pause * withCallbacks) : pause;
}

/** The pause before a refused submit is sent again, in milliseconds. @param refusals how often it was refused before */
export function nextSubmitMs({ isLocal }: KlingClient, family: string, refusals: number): number {
  const first = isLocal ? localMs : (families[family as FamilyName]?.pollMs[0] ?? 5_000);
  return Math.min(longestMs, first * 2 ** refusals);
}
