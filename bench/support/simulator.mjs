// A simulator on the given port: validation, state, ledger and request log as always; nothing is rendered.
import { startMockServer } from "@klingkit/mock-server/node";

const options = process.argv[3] === undefined ? {} : JSON.parse(process.argv[3]);
await startMockServer({ port: Number(process.argv[2]), render: "none", ...options });
