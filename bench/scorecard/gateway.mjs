// A server between one client and one simulator: it reads the client's own form of create and poll, has the simulator do
// them, answers in the client's form, and spoils the answer that its fault is about.
import { once } from "node:events";
import { createServer } from "node:http";

const klingPath = "/kling/v1/videos/image2video";
const klingRoutes = { create: `POST ${klingPath}`, poll: `GET ${klingPath}/:id` };
const body = { model_name: "kling-v2-6", image: "https://example.com/picture.jpg", prompt: "A boat on a lake" };

/**
 * Opens a gateway on a free port of this machine.
 * @param {object} given
 * @param {{ createMock: Function, faults: object }} given.simulator what `@klingkit/mock-server` exports
 * @param {import("./adapter.mjs").Adapter} given.adapter
 * @param {import("./faults.mjs").Fault} given.fault
 */
export async function openGateway({ simulator, adapter, fault }) {
  // A task is under way for two polls and done at the third, whatever time that takes.
  const mock = simulator.createMock({ progress: { reads: [1, 1] } });
  const requests = [];
  const server = createServer((request, response) => {
    serve(request, response).catch(({ message }) =>
      write(response, { status: 500, headers: {}, body: `The adapter failed: ${message}` }),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;

  async function serve(request, response) {
    const at = performance.now();
    const asked = await readRequest(request, adapter);
    if (asked.kind) requests.push({ at, kind: asked.kind });
    const count = requests.filter(({ kind }) => kind === asked.kind).length;
    write(response, await answerTo(asked, isSpoilt(fault, asked.kind, count) ? fault : undefined));
  }

  /** @param spoiling the fault that this answer meets, if any */
  async function answerTo(asked, spoiling) {
    if (spoiling?.kind === "refusal") return spoil(spoiling);
    if (adapter.answer && !asked.kind) return { status: 404, headers: {}, body: `No route for ${asked.path}` };
    const headers = { authorization: "Bearer bench-key", ...(spoiling?.prefer && { prefer: spoiling.prefer }) };
    const answer = await mock.handle({ ...klingRequest(asked, adapter), origin: url, headers });
    const good = adapter.answer ? translated(answer, asked.kind, adapter) : answer;
    return spoiling?.spoil ? spoil(spoiling, good) : good;
  }

  function spoil(spoiling, good) {
    const taskOf = (id) => taskIn(adapter, { task_id: id, task_status: "submitted" }, "create");
    return spoiling.spoil({ good, spoilers: simulator.faults, taskOf });
  }

  return { url, mock, requests, close: () => close(server) };
}

/** The first create, or the second poll. */
function isSpoilt({ kind, never }, asked, count) {
  if (never) return false;
  return kind === "poll" ? asked === "poll" && count === 2 : asked === "create" && count === 1;
}

/** What a request means to its client: a create, a poll of a task, or something else. */
async function readRequest(request, adapter) {
  const { pathname, searchParams } = new URL(request.url, "http://gateway");
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  for (const [kind, route] of Object.entries(adapter.routes ?? klingRoutes)) {
    const id = matchOf(route, request.method, pathname);
    if (id !== undefined) return { kind, id, method: request.method, path: pathname, searchParams, chunks };
  }
  return { method: request.method, path: pathname, searchParams, chunks };
}

/** @returns the id in the path, "" where the route has none; undefined where the route is another */
function matchOf(route, method, pathname) {
  const [wanted, path] = route.split(" ");
  if (wanted !== method) return undefined;
  const pattern = path.replaceAll(/[.*+?^$()]/g, "\\$&").replace(":id", "([^/]+)");
  const match = new RegExp(`^${pattern}$`).exec(pathname);
  return match ? decodeURIComponent(match[1] ?? "") : undefined;
}

/** The same for the simulator. Clients of Kling are passed on as they are. */
function klingRequest({ kind, id, method, path, searchParams, chunks }, adapter) {
  const query = new URLSearchParams();
  if (!adapter.answer) return { method, path, query: searchParams, body: Buffer.concat(chunks).toString("utf8") };
  if (kind === "create") return { method: "POST", path: klingPath, query, body: JSON.stringify(body) };
  return { method: "GET", path: `${klingPath}/${id}`, query };
}

function translated(answer, kind, adapter) {
  if (answer.status !== 200) return answer;
  const task = JSON.parse(answer.body).data;
  const status = adapter.httpStatus?.(task.task_status, kind) ?? 200;
  return { ...answer, status, body: JSON.stringify(taskIn(adapter, task, kind)) };
}

/** A task in the client's own form. */
function taskIn(adapter, task, kind) {
  if (!adapter.answer) return { data: task };
  const url = task.task_result?.videos?.[0]?.url;
  return adapter.answer({ id: task.task_id, status: task.task_status, url }, kind);
}

function write(response, { status, headers, body: text, reset, delayMs = 0 }) {
  if (reset) response.socket?.resetAndDestroy();
  else if (delayMs > 0) setTimeout(() => response.destroyed || response.writeHead(status, headers).end(text), delayMs);
  else response.writeHead(status, headers).end(text);
}

async function close(server) {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
}
