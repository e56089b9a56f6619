// In CommonJS, Jest loads ES modules by `import()`, with Node's flag:
// node --experimental-vm-modules node_modules/jest/bin/jest.js
module.exports = { testEnvironment: "node", testMatch: ["**/*.test.cjs"] };
