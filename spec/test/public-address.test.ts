import { isPublicAddress } from "@klingkit/spec/web";
import { describe, expect, it } from "vitest";

describe("an address that the internet can reach", () => {
  it.each([
    "https://example.com/a.jpg",
    "https://cdn.example.com.:8443/a",
    "https://8.8.8.8/a",
    "https://100.128.0.1/",
    "https://172.32.0.1/",
    "https://20.0.0.1/",
    "https://101.64.0.1/",
    "https://223.255.255.1/",
    "https://192.0.2.1/",
    "https://198.20.0.1/",
    "https://[2606:4700::1111]/",
    "https://mylocal.example/",
    "https://test.example.com/",
    "https://127.0.0.1.nip.io/",
  ])("%s", (address) => {
    expect(isPublicAddress(new URL(address))).toBe(true);
  });
});

describe("an address that only this machine or its network can reach", () => {
  it.each([
    "http://localhost:3000/",
    "http://LOCALHOST./",
    "http://app.localhost/",
    "http://mock:4600/",
    "http://intranet/",
    "https://printer.local/",
    "https://db.prod.internal/",
    "https://mock.klingkit.invalid/",
    "https://my.test/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://0.0.0.0/",
    "http://10.1.2.3/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.5/",
    "http://192.0.0.8/",
    "http://100.127.255.255/",
    "http://239.255.255.250/",
    "http://198.19.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::192.168.0.1]/",
    "http://[fd00::1]/",
    "http://[fe80::1]/",
    "http://[ff02::1]/",
  ])("%s", (address) => {
    expect(isPublicAddress(new URL(address))).toBe(false);
  });
});
