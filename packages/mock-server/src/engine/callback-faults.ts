import { type Change, courseOf, type Plan } from "./lifecycle.js";

/** One change of a task that a callback reports, and when. */
export type Notice = Change;

/** A fault of callbacks. Absent fields change nothing. */
export interface CallbackFault {
  readonly description: string;
  /** Changes when and in which order the notices go out. */
  readonly rearrange?: (notices: readonly Notice[]) => readonly Notice[];
  /** How often each is sent. Default 1; 0 loses it. */
  readonly copies?: number;
  /** Whether the callback has a wrong task id. */
  readonly wrongId?: boolean;
}

const lateMs = 60_000;

/** Every fault of callbacks, by name: `Prefer: callback-fault=late`. */
export const callbackFaults: Readonly<Record<string, CallbackFault>> = {
  duplicate: { description: "Each callback is sent twice, under the same webhook-id.", copies: 2 },
  reordered: {
    description: "The last two changes are sent in the wrong order; not if tasks are moved by hand or by queries.",
    rearrange: swapLastTwo,
  },
  late: {
    description: "Each callback is sent a minute late.",
    rearrange: (notices) => notices.map((notice) => ({ ...notice, at: notice.at + lateMs })),
  },
  dropped: { description: "No callback is ever sent.", copies: 0 },
  "wrong-id": {
    description: "The callbacks have another task id than the submit returned: that of the upstream provider.",
    wrongId: true,
  },
};

/** A task's changes in the order in which callbacks report them. Computed from its plan alone. */
export function noticesOf(plan: Plan, fault: CallbackFault | undefined, submittedToo: boolean): readonly Notice[] {
  const changes = courseOf(plan);
  const told = submittedToo ? changes : changes.filter(({ state }) => state.status !== "submitted");
  return fault?.rearrange?.(told) ?? told;
}

function swapLastTwo(notices: readonly Notice[]): readonly Notice[] {
  const [before, last] = notices.slice(-2);
  return before && last ? [...notices.slice(0, -2), last, { ...before, at: last.at }] : notices;
}
