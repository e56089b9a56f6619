import { isLoopbackHost } from "@klingkit/spec/web";
import { controlHeader } from "../engine/redact.js";
import { controlPrefix, inProcessOrigin, type MockAnswer, type MockRequest, mockError } from "./http.js";
import { shorten } from "./shorten.js";

/** Which web pages and hosts may use and control a simulator. */
export interface AccessOptions {
  /** Origins of web pages that may use it, besides those on this machine: `https://app.example`. Default: none. */
  readonly allowOrigins?: readonly string[] | undefined;
  /**
   * Host names under which its control API answers, besides those of this machine: `mock` or `mock:4600`. Default:
   * none.
   */
  readonly allowControlHosts?: readonly string[] | undefined;
  /**
   * A token. Callers that send it as `x-klingkit-control` may use the control API under any host name. Default: none.
   */
  readonly controlToken?: string | undefined;
}

/** The one place that decides which pages and hosts are let in: a web page must not use a developer's simulator. */
export class Access {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** Refuses a control request from another machine's name or another server's page. Health is told to every Host. */
  refuseControl({ method, path, headers, origin: reachedAt }: MockRequest): MockAnswer | undefined {
    // An address that can't be read counts as foreign.
    const address = new URL(URL.canParse(reachedAt) ? reachedAt : "http://unreadable.invalid");
    const { origin } = headers;
    if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === address.host))
      return forbidden(
        "forbidden-origin",
        `Pages of ${shown(origin)} can't use the control API; the simulator's own can.`,
      );
    const isHealth = (method === "GET" || method === "HEAD") && path === `${controlPrefix}health`;
    if (isHealth || this.#isControlHost(address) || this.#hasToken(headers[controlHeader])) return undefined;
    const given = headers[controlHeader] === undefined ? "" : `, and the token in ${controlHeader} is another`;
    return forbidden(
      "forbidden-host",
      `The control API answers this machine only: Host is ${shown(address.host)}${given}. Start the simulator with --allow-control-host ${shown(address.hostname)}, or with --control-token and send that as ${controlHeader}.`,
    );
  }

  /** Refuses a page that is neither on this machine nor named. @param origin the request's `Origin`, if it has one */
  refusePage(origin: string | undefined): MockAnswer | undefined {
    if (origin === undefined || this.#options.allowOrigins?.includes(origin)) return undefined;
    if (URL.canParse(origin) && /^https?:/.test(origin) && isLoopbackHost(new URL(origin).hostname)) return undefined;
    const what = `Pages of ${shown(origin)} may not use this simulator`;
    return forbidden("forbidden-origin", `${what}; start it with --allow-origin ${shown(origin)} to let them.`);
  }

  #isControlHost({ hostname, host }: URL): boolean {
    if (isLoopbackHost(hostname) || hostname === inProcessHost) return true;
    const { allowControlHosts = [] } = this.#options;
    return allowControlHosts.includes(hostname) || allowControlHosts.includes(host);
  }

  #hasToken(given: string | undefined): boolean {
    const { controlToken = "" } = this.#options;
    return controlToken !== "" && given !== undefined && areEqual(given, controlToken);
  }
}

/** In process there is no `Host`; requests then have this one. */
const inProcessHost = new URL(inProcessOrigin).hostname;

/** Takes as long for a wrong text as for the right one. */
function areEqual(given: string, right: string): boolean {
  let difference = given.length ^ right.length;
  for (let index = 0; index < right.length; index += 1)
    difference |= given.charCodeAt(index % Math.max(1, given.length)) ^ right.charCodeAt(index);
  return difference === 0;
}

function forbidden(code: string, message: string): MockAnswer {
  return mockError(403, code, message);
}

function shown(text: string): string {
  return shorten(text, 100);
}
