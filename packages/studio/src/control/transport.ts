/** How a simulator is reached: over HTTP, or in the same page. */
export interface Transport {
  /** What control paths are put after: an origin, and the path under which the simulator is mounted. */
  readonly base: string;
  readonly fetch: (request: Request) => Promise<Response>;
  /** An address from which an element of the page can load what lies at a control path. */
  source(path: string): Promise<MediaSource>;
}

/** An address for an element's `src`. */
export interface MediaSource {
  readonly url: string;
  /** To be called when no element needs it any more. */
  release(): void;
}

/** The control path of the picture that a task was made from. */
export function pictureOf(taskId: string): string {
  return `/__mock/tasks/${encodeURIComponent(taskId)}/picture`;
}

/** @param base `http://127.0.0.1:4600`, without a slash at the end */
export function overHttp(base: string): Transport {
  return {
    base,
    fetch: (request) => fetch(request),
    source: async (path) => ({ url: `${base}${path}`, release() {} }),
  };
}

/** A simulator in this page; what elements load from it goes through blobs, since nothing listens anywhere. */
export function inProcess(mock: { readonly fetch: typeof globalThis.fetch }): Transport {
  const base = "https://mock.klingkit.invalid";
  return {
    base,
    fetch: (request) => mock.fetch(request),
    async source(path) {
      const answer = await mock.fetch(`${base}${path}`);
      if (!answer.ok) throw new Error(`The simulator has nothing at ${path}.`);
      const url = URL.createObjectURL(await answer.blob());
      return { url, release: () => URL.revokeObjectURL(url) };
    },
  };
}
