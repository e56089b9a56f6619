import { describe, expect, it } from "vitest";
import { ask, frozenMock } from "./helpers.js";

const day = 24 * 3_600_000;

describe("the packs of an account", () => {
  it("were bought when they were bought, not when somebody asks, and say that they have expired", async () => {
    const mock = frozenMock({ dialect: "kling" });
    const packs = async (more = "") => {
      const { data } = (await ask(mock.fetch, "GET", `/account/costs?start_time=1&end_time=2${more}`)).body;
      return (data as { resource_pack_subscribe_infos: Record<string, unknown>[] }).resource_pack_subscribe_infos;
    };
    expect(await packs()).toEqual([]);
    const bought = mock.clock.now();
    mock.accounts.set("test-key", { units: 10 });
    mock.clock.advance(3 * day);
    const [pack] = await packs();
    expect(pack).toMatchObject({
      purchase_time: bought,
      effective_time: bought,
      invalid_time: bought + 180 * day,
      status: "online",
    });
    mock.accounts.set("test-key", { packExpired: true });
    expect(await packs()).toMatchObject([{ status: "expired" }]);
    expect(await packs(`&resource_pack_name=${encodeURIComponent(String(pack?.resource_pack_name))}`)).toHaveLength(1);
    expect(await packs("&resource_pack_name=another")).toEqual([]);
  });
});
