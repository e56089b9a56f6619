// A mock or a ceiling of others, in a process of its own: node peer-server.mjs NAME PORT FOLDER, where the folder holds its
// packages. Each answers a submit; what it does with it differs, and that is said in the table.
import { readFileSync } from "node:fs";
import { importFrom } from "./peers.mjs";
import { path } from "./submit.mjs";

const [name, port, folder] = process.argv.slice(2);
const load = (wanted) => importFrom(folder, wanted);
const contract = () => JSON.parse(readFileSync(new URL("../../spec/generated/openapi.json", import.meta.url), "utf8"));
const listening = { port: Number(port), host: "127.0.0.1" };

const servers = {
  /** An echo that checks the body with the compiled schema of a few fields. */
  async fastify() {
    const { fastify } = await load("fastify");
    const text = { type: "string" };
    const properties = { model_name: text, image: text, prompt: text, mode: { enum: ["std", "pro"] }, duration: text };
    const app = fastify();
    app.post(path, { schema: { body: { type: "object", required: ["image"], properties } } }, async ({ body }) => body);
    await app.listen(listening);
  },

  /** An echo. */
  async hono() {
    const [{ Hono }, { serve }] = [await load("hono"), await load("@hono/node-server")];
    const app = new Hono().post(path, async (context) => context.json(await context.req.json()));
    serve({ fetch: app.fetch, port: listening.port, hostname: listening.host });
  },

  /** Checks each request with the contract, and answers with an example; on Express. */
  async openapiBackend() {
    const [{ OpenAPIBackend }, { default: express }] = [await load("openapi-backend"), await load("express")];
    const api = new OpenAPIBackend({ definition: contract(), quick: true, ajvOpts: { strict: false } });
    api.register({
      validationFail: (context, _request, response) => response.status(400).json({ errors: context.validation.errors }),
      notFound: (_context, _request, response) => response.status(404).json({}),
      notImplemented(context, _request, response) {
        const { status, mock } = context.api.mockResponseForOperation(context.operation.operationId);
        return response.status(status).json(mock);
      },
    });
    for (const scheme of Object.keys(contract().components.securitySchemes))
      api.registerSecurityHandler(scheme, ({ request }) => request.headers.authorization !== undefined);
    await api.init();
    const app = express().use(express.json());
    app.use((request, response) => api.handleRequest(request, request, response));
    app.listen(listening.port, listening.host);
  },

  /** Answers with an example of the contract; checks no body. */
  async scalar() {
    const [{ createMockServer }, { serve }] = [await load("@scalar/mock-server"), await load("@hono/node-server")];
    const app = await createMockServer({ specification: contract() });
    serve({ fetch: app.fetch, port: listening.port, hostname: listening.host });
  },

  /** Keeps a job for each request; checks no body. */
  async aimock() {
    const { LLMock } = await load("@copilotkit/aimock");
    const mock = new LLMock({ ...listening, logLevel: "silent" });
    mock.onVideo(/./, { video: { id: "job", status: "completed", url: "https://example.com/v.mp4" } });
    await mock.start();
  },
};

await servers[name]();
