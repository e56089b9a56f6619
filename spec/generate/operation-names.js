/**
 * Names an operation must not have, because it would hide a member of the client or of every object (`then` would make
 * the client look like a promise). A new member of the client is added here first; a test compares the two.
 */
export const reservedNames = new Set([
  "family",
  "call",
  "pending",
  "resume",
  "settle",
  "http",
  "dialect",
  "baseUrl",
  "isLocal",
  "then",
  ...Object.getOwnPropertyNames(Object.prototype),
]);

/**
 * Checks the name a family or a call has in code.
 * @param {string} name the value of `x-klingkit-operation`
 * @throws {Error} where the name is taken by the client, or is no name in camel case
 */
export function checkOperationName(name) {
  if (reservedNames.has(name)) {
    throw new Error(
      `x-klingkit-operation: ${name} hides the client's own \`${name}\`. Choose another name for the family or call.`,
    );
  }
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) {
    throw new Error(`x-klingkit-operation: ${name} must be letters and digits in camel case, such as image2video.`);
  }
}
