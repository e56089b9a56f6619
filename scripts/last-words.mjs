/** What a package's task says when it is done: it is counted then. */
export const lastWords = "klingkit: made";
