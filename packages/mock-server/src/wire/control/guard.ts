import { isLoopbackHost } from "@klingkit/spec/web";
import { type MockAnswer, type MockRequest, mockError } from "../http.js";

/** A web page must not steer a developer's simulator: Host must be this machine, Origin the simulator itself. */
export function refuseStrangers(request: MockRequest): MockAnswer | undefined {
  // An address that can't be read counts as foreign.
  const { hostname, host } = new URL(URL.canParse(request.origin) ? request.origin : "http://unreadable.invalid");
  const { origin } = request.headers;
  const fromHere = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
  // In process there is no Host; requests then have this one.
  const isHere = isLoopbackHost(hostname) || hostname === "mock.klingkit.invalid";
  if (isHere && fromHere) return undefined;
  const message =
    "The control API answers only this machine: Host must be a loopback address and Origin the simulator's own.";
  return mockError(403, "forbidden-origin", message);
}
