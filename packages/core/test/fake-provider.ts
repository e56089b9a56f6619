import { createKlingClient, type KlingClientOptions, type KlingEvent } from "@klingkit/core";
import { TestClock } from "./helpers.js";

interface Made {
  readonly id: string;
  readonly ownId: string | undefined;
  readonly acceptedAt: number;
}

/** How a provider behaves that is not as quick and strict as the simulator. Times in milliseconds. */
export interface Manners {
  /** What the client sees of the first creates, in their order; later ones are answered as they should be. */
  readonly answers?: readonly ("lost" | "gateway-timeout" | "server-error" | "over-cap" | "refused-connection")[];
  /** So long after the request a create is accepted. */
  readonly acceptAfter?: number;
  /** So long after its acceptance a task is found. */
  readonly visibleAfter?: number;
  /** Whether an own id is taken only once: for ever, never, or once so much time has passed since the acceptance. */
  readonly uniqueAfter?: number;
  /** Whether own ids are kept at all. */
  readonly keepsOwnIds?: boolean;
  /** Largest page of a list. */
  readonly pageCap?: number;
  /** Tasks of others that stand in the list before the client's. */
  readonly others?: number;
  /** How long a create takes to be answered. */
  readonly slowness?: number;
}

/** A provider in this process, on a clock that is pushed by hand, and clients that share it. */
export function fakeProvider(manners: Manners = {}, clock = new TestClock()) {
  const { answers = [], acceptAfter = 0, visibleAfter = 0, uniqueAfter = 0, keepsOwnIds = true } = manners;
  const tasks: Made[] = [];
  const events: KlingEvent[] = [];
  const seen = { posts: 0, gets: 0 };
  const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
  const taskOf = ({ id, ownId }: Made, task_status: string) => ({
    code: 0,
    message: "SUCCEED",
    data: {
      task_id: id,
      task_status,
      task_info: ownId === undefined ? {} : { external_task_id: ownId },
      ...(task_status === "succeed" ? { task_result: { videos: [{ url: "https://cdn.example.com/v.mp4" }] } } : {}),
    },
  });
  const accept = (ownId: string | undefined): Made | undefined => {
    const isTaken = (task: Made) => task.ownId === ownId && clock.now() - task.acceptedAt >= uniqueAfter;
    if (ownId !== undefined && tasks.some(isTaken)) return undefined;
    const made = { id: String(1_000 + tasks.length), ownId, acceptedAt: clock.now() };
    tasks.push(made);
    return made;
  };
  const create = async (body: { external_task_id?: string }): Promise<Response> => {
    seen.posts += 1;
    const answer = answers[seen.posts - 1];
    const ownId = keepsOwnIds ? body.external_task_id : undefined;
    if (answer === "over-cap") return json(429, { code: 1303, message: "parallel task over resource pack limit" });
    if (answer === "refused-connection") throw networkError("connect", "ECONNREFUSED");
    if (answer !== undefined) {
      if (acceptAfter === 0) accept(ownId);
      else if (Number.isFinite(acceptAfter)) clock.after(acceptAfter, () => void accept(ownId));
      if (answer === "lost") throw networkError("read", "ECONNRESET");
      if (answer === "server-error") return json(500, { code: 5000, message: "Internal" });
      return new Response("<html>504</html>", { status: 504 });
    }
    if (manners.slowness) await clock.sleep(manners.slowness);
    const made = accept(ownId);
    if (made) return json(200, taskOf(made, "submitted"));
    return json(400, { code: 1201, message: `External_task_id ${ownId} already exists` });
  };
  const visible = () => tasks.filter(({ acceptedAt }) => clock.now() - acceptedAt >= visibleAfter);
  const query = (url: URL): Response => {
    seen.gets += 1;
    const pageNum = Number(url.searchParams.get("pageNum") ?? 0);
    if (pageNum > 0) {
      const size = Math.min(Number(url.searchParams.get("pageSize")), manners.pageCap ?? 500);
      const others = Array.from({ length: manners.others ?? 0 }, (_, index) => ({
        id: `9${index}`,
        ownId: `other-${index}`,
        acceptedAt: 0,
      }));
      const rows = [...others, ...visible()].slice((pageNum - 1) * size, pageNum * size);
      return json(200, { code: 0, data: rows.map((row) => taskOf(row, "processing").data) });
    }
    const id = url.pathname.split("/").at(-1);
    const found = visible().find((task) => task.id === id || task.ownId === id);
    if (found) return json(200, taskOf(found, "succeed"));
    return json(400, { code: 1201, message: `Task not found by id/external id: ${id}` });
  };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    return request.method === "POST" ? create(await request.json()) : query(new URL(request.url));
  };
  const client = (options: Partial<KlingClientOptions> = {}) =>
    createKlingClient({
      apiKey: "sk-test-key",
      dialect: "kling",
      fetch,
      clock,
      random: () => 0.5,
      onEvent: (event) => void events.push(event),
      ...options,
    });
  return { client, clock, tasks, events, seen };
}

function networkError(syscall: string, code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(`${syscall} ${code}`), { code, syscall }) });
}
