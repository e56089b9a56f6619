// What client and simulator both need of the web's standards, beside the contract. Internal: not for other packages.
export { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from "./base64.js";
export { createHmac, type Hmac } from "./hmac.js";
export { isLoopback, isLoopbackHost } from "./loopback.js";
export { onAbort } from "./on-abort.js";
export { isPublicAddress } from "./public-address.js";
export { longestTimer, sleep } from "./sleep.js";
export { signatureHeaders, type WebhookMessage, webhookKey } from "./webhook-signature.js";
