/**
 * Where the documentation is served, without a slash at the end; empty until somebody owns an address. Nothing links to the
 * site while it is empty.
 */
export const siteAddress: string = "";

/** Where the sources are, in the form git takes; empty until somebody owns an address. Each package.json repeats it then. */
export const repositoryAddress: string = "";
