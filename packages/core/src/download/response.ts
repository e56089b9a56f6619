/** As much of a body is read to learn why it is a refusal, in bytes. */
const startLength = 2_048;

/** The entity tag, unless it is a weak one: versions that have the same weak tag may differ in their bytes. */
export function strongTag(headers: Headers): string | undefined {
  const tag = headers.get("etag") ?? undefined;
  return tag?.startsWith("W/") ? undefined : tag;
}

/** The size of the whole file, by an answer about a part of it. */
export function wholeSize({ headers }: Response): number | undefined {
  return wholeNumber(headers.get("content-range")?.split("/")[1] ?? null);
}

export function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The start of a body, as text. */
export async function startOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const reader = body?.getReader();
  const first = await reader?.read();
  void reader?.cancel().catch(() => {});
  return new TextDecoder().decode(first?.value?.subarray(0, startLength));
}
