import { afterEach, describe, expect, it, vi } from "vitest";
import { cost, mostGrowth, noise } from "../../../tests/support/growth.js";
import { answering, contents, emptyFolder, klingkit, picture, simulator } from "./helpers.js";

afterEach(() => vi.unstubAllGlobals());

describe("a server's words", () => {
  it("full of spaces are printed in time linear in their length", async () => {
    const timeOf = async (length: number) => {
      const task = { task_id: "1", task_status: "processing", task_status_msg: `a${" ".repeat(length)}b` };
      const { url } = await answering(task);
      return cost(async () => {
        const { code, err } = await klingkit(["get", "image2video/1", "--base-url", url]);
        expect(code, err).toBe(0);
      }, 3);
    };
    const little = await timeOf(10_000);
    expect(await timeOf(100_000)).toBeLessThanOrEqual(mostGrowth * Math.max(little, noise));
  });

  it("of several lines become one", async () => {
    const task = { task_id: "1", task_status: "failed", task_status_msg: "one \r\n\n  two\nthree  four" };
    const { out } = await klingkit(["get", "image2video/1", "--base-url", (await answering(task)).url]);
    expect(out).toBe("image2video/1  failed  one two three  four\n");
  });
});

describe("a video on standard output", () => {
  it("is refused before anything is sent where that is a terminal, which its bytes would steer", async () => {
    const { url, mock } = await simulator();
    const args = ["generate", picture, "--out", "-", "--base-url", url];
    const { code, out, err } = await klingkit(args, { toTerminal: true });
    expect([code, out, mock.tasks.size]).toEqual([2, "", 0]);
    expect(err).toContain("Pipe it into a program");
  });
});

describe("an address that was typed", () => {
  it.each(["http://127.0.0.1:1/clip.mp4", "http://192.168.0.1/clip.mp4", "https://router.local/clip.mp4"])(
    "may not lead from the internet to %s",
    async (location) => {
      const asked: string[] = [];
      vi.stubGlobal("fetch", async (input: string | URL) => {
        asked.push(String(input));
        return new Response(null, { status: 302, headers: { location } });
      });
      const cwd = await emptyFolder();
      const { code, err } = await klingkit(["download", "https://cdn.example.com/clip.mp4"], { cwd });
      expect([code, asked]).toEqual([6, ["https://cdn.example.com/clip.mp4"]]);
      expect(err).toContain("redirects to an address that is not https, or not public");
      expect(await contents(cwd)).toEqual([]);
    },
  );
});
