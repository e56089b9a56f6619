// What several packages need beside the contract, most of it of the web's standards. Internal: only for klingkit's packages.
export { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from "./base64.js";
export { callQuietly } from "./call-quietly.js";
export { createHmac, type Hmac } from "./hmac.js";
export { isLoopback, isLoopbackHost } from "./loopback.js";
export { messageOf } from "./message-of.js";
export { onAbort } from "./on-abort.js";
export { originOf } from "./origin-of.js";
export { isPublicAddress } from "./public-address.js";
export { longestTimer, sleep } from "./sleep.js";
export { signatureHeaders, type WebhookMessage, webhookKey } from "./webhook-signature.js";
