import { PictureDecodeError } from "../renderer.js";
import type { FilteredRow } from "./unfilter-row.js";

/** Rows of equal length, each preceded by its filter byte in the stream. */
export interface RowRun {
  readonly count: number;
  /** Bytes in a row, without the filter byte. */
  readonly length: number;
}

/** A row and where it belongs; its bytes may be changed, and hold the next row afterwards. */
export interface StoredRow extends FilteredRow {
  /** Index of its run. */
  readonly run: number;
  /** Its number in the run, from 0. */
  readonly row: number;
}

/**
 * Inflates zlib data and cuts it into rows as it comes, so that no more than one row is held and nothing beyond the
 * announced size is inflated.
 *
 * @throws {PictureDecodeError} where the data is damaged or ends early
 */
export async function inflateRows(
  data: readonly Uint8Array[],
  runs: readonly RowRun[],
  onRow: (row: StoredRow) => void,
): Promise<void> {
  const rows = createRowCutter(runs, onRow);
  const reader = streamOf(data).pipeThrough(new DecompressionStream("deflate")).getReader();
  while (!rows.isComplete()) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new PictureDecodeError("The PNG's picture data is damaged.", { cause });
    });
    if (done) throw new PictureDecodeError("The PNG's picture data ends early.");
    rows.take(value);
  }
  // Not awaited: what follows the last row does not matter, be it endless or broken.
  reader.cancel().catch(() => undefined);
}

function streamOf(data: readonly Uint8Array[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const piece of data) controller.enqueue(piece.slice());
      controller.close();
    },
  });
}

function createRowCutter(runs: readonly RowRun[], onRow: (row: StoredRow) => void) {
  let run = 0;
  let row = 0;
  let filled = 0;
  let line = new Uint8Array((runs[0]?.length ?? 0) + 1);

  function finishRow(): void {
    onRow({ run, row, filter: line[0] ?? 0, bytes: line.subarray(1) });
    filled = 0;
    row += 1;
    if (row < (runs[run]?.count ?? 0)) return;
    run += 1;
    row = 0;
    line = new Uint8Array((runs[run]?.length ?? 0) + 1);
  }

  return {
    isComplete: () => run >= runs.length,
    take(chunk: Uint8Array): void {
      let at = 0;
      while (at < chunk.length && run < runs.length) {
        const part = chunk.subarray(at, at + line.length - filled);
        line.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled === line.length) finishRow();
      }
    },
  };
}
