import type { FamilyTypes } from "@klingkit/spec";

export type FamilyName = keyof FamilyTypes;

/** A task as the provider describes it. It contains `family` and its ids, so it is its own handle. */
export type Task<Name extends FamilyName = FamilyName> = FamilyTypes[Name]["task"] & {
  readonly family: Name;
  readonly external_task_id?: string;
};

/** A task of any family. `family` tells its type. */
export type FamilyTask = { [Name in FamilyName]: Task<Name> }[FamilyName];
