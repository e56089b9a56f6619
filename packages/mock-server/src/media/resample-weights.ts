/** For each target sample: the first source sample it reads, and the weights of that one and the following. */
export interface ResampleTable {
  readonly first: Int32Array;
  /** Weights a target sample has; those of one target add up to 1. */
  readonly taps: number;
  readonly weights: Float32Array;
}

const CUBIC_TAPS = 4;

/**
 * Weights that stretch one line of samples to another length: area averaging when shrinking, Catmull-Rom when growing.
 *
 * @param sourceCount samples in the source
 * @param targetCount samples wanted
 * @param extent part of the source that fills the target, in samples; default all of it
 */
export function resampleTable(sourceCount: number, targetCount: number, extent = sourceCount): ResampleTable {
  const ratio = extent / targetCount;
  const shrinks = ratio >= 1;
  const taps = Math.min(sourceCount, shrinks ? Math.ceil(ratio) + 1 : CUBIC_TAPS);
  const first = new Int32Array(targetCount);
  const weights = new Float32Array(targetCount * taps);
  for (let target = 0; target < targetCount; target += 1) {
    const parts = shrinks ? areaParts(target, ratio) : cubicParts((target + 0.5) * ratio - 0.5);
    const start = clamp(parts[0]?.source ?? 0, 0, sourceCount - taps);
    first[target] = start;
    const total = parts.reduce((sum, part) => sum + part.weight, 0);
    for (const { source, weight } of parts) {
      const slot = target * taps + clamp(source, start, start + taps - 1) - start;
      weights[slot] = (weights[slot] ?? 0) + weight / total;
    }
  }
  return { first, taps, weights };
}

interface Part {
  readonly source: number;
  readonly weight: number;
}

/** Every source sample weighs as much as the share of it that lies under the target sample. */
function areaParts(target: number, ratio: number): Part[] {
  const from = target * ratio;
  const to = from + ratio;
  const parts: Part[] = [];
  for (let source = Math.floor(from); source < to; source += 1) {
    parts.push({ source, weight: Math.min(to, source + 1) - Math.max(from, source) });
  }
  return parts;
}

function cubicParts(centre: number): Part[] {
  const base = Math.floor(centre);
  return catmullRomWeights(centre - base).map((weight, index) => ({ source: base - 1 + index, weight }));
}

/**
 * The four weights of a Catmull-Rom spline between its second and third sample.
 *
 * @param t position between those two, 0 to 1; at 0 the second sample alone counts
 */
export function catmullRomWeights(t: number): [number, number, number, number] {
  const t2 = t * t;
  const t3 = t2 * t;
  return [(2 * t2 - t3 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (4 * t2 - 3 * t3 + t) / 2, (t3 - t2) / 2];
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
