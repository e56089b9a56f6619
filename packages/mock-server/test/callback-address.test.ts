import { describe, expect, it } from "vitest";
import { isAllowedCallbackAddress } from "../src/engine/callback-address.js";

describe("the address of a callback", () => {
  it.each<[address: string, allowed: "any" | string[] | undefined, isAllowed: boolean]>([
    ["http://localhost:3000/hook", undefined, true],
    ["https://127.0.0.1/hook", undefined, true],
    ["http://example.com/hook", undefined, false],
    ["http://example.com/hook", "any", true],
    ["http://example.com/hook", ["example.com"], true],
    ["http://example.com:8080/hook", ["example.com"], true],
    ["http://example.com/hook", ["example.com:80"], true],
    ["https://example.com/hook", ["example.com:443"], true],
    ["https://example.com/hook", ["example.com:80"], false],
    ["http://example.com/hook", ["example.com:443"], false],
    ["http://example.com:8080/hook", ["example.com:8080"], true],
    ["http://example.com:8081/hook", ["example.com:8080"], false],
    ["ftp://localhost/hook", "any", false],
    ["httpss://localhost/hook", "any", false],
    ["xhttp://localhost/hook", "any", false],
    ["nonsense", "any", false],
  ])("%s, where %j is allowed: %j", (address, allowed, isAllowed) => {
    expect(isAllowedCallbackAddress(address, allowed)).toBe(isAllowed);
  });
});
