import type { Random } from "./random.js";

/** Snowflake epochs, computed from published bodies: 18-digit ids of Kling, 19-digit ids the gateway issues itself. */
const epochs = { native: 1_568_028_518_785n, gateway: 1_288_834_974_657n } as const;

/** `small`: 1, 2, 3…, as some gateways number their tasks. */
export type IdStyle = keyof typeof epochs | "small";

/** Running numbers are below this. */
const sequences = 2 ** 22;

/** Whether it is a valid running number. */
export function isIdSequence(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < sequences;
}

/** Issues ids: the milliseconds above bit 22, a running number below, so that no two are alike. */
export class IdIssuer {
  /** The running number last given out, below 2²². */
  sequence: number;

  /** @param start the running number before the first id; drawn by default */
  constructor(random: Random, start?: number) {
    this.sequence = start ?? random.integer(0, sequences - 1);
  }

  next(style: IdStyle, time: number): string {
    this.sequence = (this.sequence + 1) % sequences;
    if (style === "small") return String(this.sequence);
    const passed = BigInt(Math.floor(time)) - epochs[style];
    // Before the epoch the id is the running number alone, so that no id is negative.
    const id = ((passed > 0n ? passed : 0n) << 22n) + BigInt(this.sequence);
    return id.toString();
  }

  /** The running number in an id. */
  sequenceOf(id: string): number {
    return Number(BigInt.asUintN(22, BigInt(id)));
  }
}
