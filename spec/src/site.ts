/**
 * Where the documentation is served, without a slash at the end; empty until somebody owns an address. Nothing links to the
 * site while it is empty.
 */
export const siteAddress: string = "";
