import type { MockAnswer, MockRequest } from "./http.js";

/** The answer, readable for the page that asked. @param origin the page's, which was let in */
export function withCors(answer: MockAnswer, origin: string): MockAnswer {
  const headers = { ...allowing(origin), "access-control-expose-headers": "*", ...answer.headers };
  return { ...answer, headers };
}

/** Tells a browser that the page may send what it wants to send: any header it asks for. */
export function preflightAnswer({ headers }: MockRequest): MockAnswer {
  const { origin, "access-control-request-headers": wanted, "access-control-request-private-network": near } = headers;
  return {
    status: 204,
    headers: {
      ...(origin === undefined ? {} : allowing(origin)),
      "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
      "access-control-allow-headers": wanted ?? "authorization, content-type, prefer",
      ...(near === "true" ? { "access-control-allow-private-network": "true" } : {}),
      "access-control-max-age": "600",
    },
    body: "",
  };
}

function allowing(origin: string) {
  return { "access-control-allow-origin": origin, vary: "origin" };
}
