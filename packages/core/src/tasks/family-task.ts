import type { FamilyTypes } from "@klingkit/spec";

export type FamilyName = keyof FamilyTypes;

/** A task as the provider describes it; with `family` and its ids it is its own handle. */
export type Task<Name extends FamilyName = FamilyName> = FamilyTypes[Name]["task"] & {
  readonly family: Name;
  readonly external_task_id?: string;
};

/** A task of any family, told apart by `family`. */
export type FamilyTask = { [Name in FamilyName]: Task<Name> }[FamilyName];
