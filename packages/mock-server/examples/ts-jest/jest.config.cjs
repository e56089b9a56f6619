// ts-jest makes CommonJS of the tests, and of the packages that are ES modules: no flag is needed.
const modules = ["@klingkit", "@faker-js", "openapi-fetch"];

module.exports = {
  testEnvironment: "node",
  testMatch: ["**/*.test.ts"],
  setupFilesAfterEnv: ["@klingkit/mock-server/jest"],
  transform: { "\\.m?[jt]s$": ["ts-jest", { tsconfig: "<rootDir>/tsconfig.json" }] },
  transformIgnorePatterns: [`/node_modules/(?!(\\.pnpm/)?(${modules.join("|")}))`],
};
