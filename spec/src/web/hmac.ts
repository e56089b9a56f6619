const algorithm = { name: "HMAC", hash: "SHA-256" };

/** HMAC-SHA256 under one key. */
export interface Hmac {
  sign(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  /** In constant time: the time it takes does not show how much of the signature is right. */
  verify(signature: Uint8Array<ArrayBuffer>, content: Uint8Array<ArrayBuffer>): Promise<boolean>;
}

/** The key is imported once, on first use. */
export function createHmac(bytes: Uint8Array<ArrayBuffer>): Hmac {
  let imported: Promise<CryptoKey> | undefined;
  const key = () => {
    imported ??= crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"]);
    return imported;
  };
  return {
    sign: async (content) => new Uint8Array(await crypto.subtle.sign("HMAC", await key(), content)),
    verify: async (signature, content) => crypto.subtle.verify("HMAC", await key(), signature, content),
  };
}
