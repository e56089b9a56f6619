/** With `undefined` for everything that may be left out, as a setting that is not in the environment has it. */
type WithUndefined<Options> = {
  [Name in keyof Options]:
    | Options[Name]
    | (Partial<Pick<Options, Name>> extends Pick<Options, Name> ? undefined : never);
};

/** The names of the option types that refuse it. */
export type Refusing<Types> = {
  [Name in keyof Types]: WithUndefined<Types[Name]> extends Types[Name] ? never : Name;
}[keyof Types];
