import { createKlingClient, InputError, type KlingEvent, SubmitOutcomeUnknownError } from "@klingkit/core";
import { preflight } from "@klingkit/core/preflight";
import { describe, expect, expectTypeOf, it } from "vitest";

/** A client whose every request gets the same answer, and what was sent. */
function scripted(
  status: number,
  body: unknown,
  options: { dialect?: "cometapi" | "kling"; events?: KlingEvent[] } = {},
) {
  const sent: { method: string; url: string; body: string }[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    sent.push({ method: request.method, url: request.url, body: await request.text() });
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  const { dialect = "kling", events } = options;
  const client = createKlingClient({
    apiKey: "k",
    dialect,
    fetch,
    preflight,
    retry: { attempts: 1 },
    ...(events ? { onEvent: (event) => void events.push(event) } : {}),
  });
  return { client, sent };
}

describe("calls that answer at once", () => {
  it("resolve to the answer's data", async () => {
    const data = { session_id: "861309198188020000", face_data: [] };
    const { client, sent } = scripted(200, { code: 0, message: "SUCCEED", data });
    expect(await client.identifyFace({ video_url: "https://example.com/talk.mp4" })).toEqual(data);
    expect(sent).toEqual([
      {
        method: "POST",
        url: "https://api-singapore.klingai.com/v1/videos/identify-face",
        body: '{"video_url":"https://example.com/talk.mp4"}',
      },
    ]);
  });

  it("put a query's fields into the address", async () => {
    const { client, sent } = scripted(200, { code: 0, message: "SUCCEED", data: [] });
    await client.presetsVoices({ pageNum: 2 });
    expect(sent[0]).toMatchObject({
      method: "GET",
      url: expect.stringMatching(/\/v1\/general\/presets-voices\?pageNum=2$/),
    });
  });

  it("are sent once and say so when nobody can tell what became of them", async () => {
    const { client, sent } = scripted(502, "<html>bad gateway</html>");
    const attempt = client.tts({ text: "Hello", voice_id: "oversea_male1", voice_language: "en" });
    await expect(attempt).rejects.toBeInstanceOf(SubmitOutcomeUnknownError);
    expect(sent).toHaveLength(1);
  });

  it("are checked before anything is sent", async () => {
    const { client, sent } = scripted(200, {});
    await expect(client.identifyFace({})).rejects.toBeInstanceOf(InputError);
    expect(sent).toEqual([]);
  });

  it("are refused in a dialect whose server does not have them", async () => {
    const { client, sent } = scripted(200, {}, { dialect: "cometapi" });
    await expect(client.accountCosts({ start_time: 1, end_time: 2 })).rejects.toThrow(
      "not served in the dialect cometapi",
    );
    await expect(client.call("nonsense", {})).rejects.toThrow('There is no call "nonsense"');
    expect(sent).toEqual([]);
  });

  it("have the contract's types", () => {
    const { client } = scripted(200, {});
    expectTypeOf(client.identifyFace).parameter(0).toHaveProperty("video_url");
    expectTypeOf<Awaited<ReturnType<typeof client.identifyFace>>>().toHaveProperty("session_id");
    // @ts-expect-error a call's request is typed
    () => client.tts({ text: 5 });
  });
});

describe("the gateway's status", () => {
  it("is told before calling what no one has seen work there", async () => {
    const events: KlingEvent[] = [];
    const { client } = scripted(
      200,
      { code: 0, message: "SUCCEED", data: { task_id: "1", task_status: "submitted" } },
      { dialect: "cometapi", events },
    );
    const warnings = () => events.filter(({ type }) => type === "gateway-status");
    await client.image2video.submit({ model_name: "kling-v3", image: "https://example.com/a.jpg" });
    expect(warnings()).toEqual([]);
    await client.motionControl.submit({
      model_name: "kling-v2-6",
      image_url: "https://example.com/a.png",
      video_url: "https://example.com/a.mp4",
      character_orientation: "video",
      mode: "std",
    });
    expect(warnings()).toEqual([{ type: "gateway-status", operation: "motionControl", gatewayStatus: "undocumented" }]);
  });
});
