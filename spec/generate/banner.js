/** First lines of every generated TypeScript file. */
export const banner = `// Generated from the contract by spec/generate. Do not edit: change spec/*.yaml and run \`turbo run generate\`.
`;
