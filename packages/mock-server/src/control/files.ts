import { resultPrefix } from "../engine/addresses.js";
import { MockProblem } from "../engine/problem.js";
import type { MockAnswer } from "../wire/http.js";
import type { Some } from "../wire/parts.js";
import { serveResult } from "../wire/result.js";
import type { ControlCall, ControlHandlers } from "./handler.js";

export const fileHandlers: ControlHandlers = { "GET /__mock/files": lookAtFile };

/** The file at a result's address, for looking on: it is no request of the caller's, so the log knows nothing of it. */
function lookAtFile({ assets }: Some<"assets">, { request }: ControlCall): MockAnswer | Promise<MockAnswer> {
  const address = request.query.get("address") ?? "";
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // The address may begin with the path under which the simulator is mounted.
  const path = url?.pathname.slice(Math.max(0, url.pathname.indexOf(resultPrefix)));
  const found = url && path ? assets.find(path, url.searchParams) : undefined;
  if (found) return serveResult(found, request);
  throw new MockProblem(
    400,
    "invalid-address",
    "Give, as `address`, the address of a result as a task's answer has it.",
  );
}
