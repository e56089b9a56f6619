import { type Hmac, signatureHeaders } from "@klingkit/spec/web";
import { isAllowedCallbackAddress } from "./callback-address.js";
import type { MockClock } from "./clock.js";
import { connectionProblem } from "./connection-problem.js";
import type { DeliveryOutcome } from "./delivery-log.js";

/** One callback, ready to go. */
export interface CallbackMessage {
  /** The same on each send. */
  readonly id: string;
  readonly url: string;
  /** JSON. */
  readonly body: string;
}

export interface SendResult {
  readonly outcome: DeliveryOutcome;
  readonly answerStatus: number | null;
  readonly reason: string | null;
}

export interface SenderOptions {
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly keys: readonly Hmac[];
  readonly allowedHosts: "any" | readonly string[] | undefined;
  readonly timeoutMs: number;
  /** Whose time a signature carries: the simulator's, or the system's. */
  readonly signedAt: "simulated" | "wall";
}

/** No timer is this late, in milliseconds: the clock has jumped. */
const jumpMs = 1_000;

/** Sends one callback once; time-outs go by the simulator's clock. Never throws. */
export class CallbackSender {
  readonly #clock: MockClock;
  readonly #options: SenderOptions;

  /** What is under way. */
  readonly #sending = new Set<{ readonly url: string }>();

  constructor(clock: MockClock, options: SenderOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Whether a callback to this address is under way. */
  isSending(address: string): boolean {
    for (const { url } of this.#sending) if (url === address) return true;
    return false;
  }

  /** @param life ends the send at once */
  async send(message: CallbackMessage, life: AbortSignal): Promise<SendResult> {
    if (!isAllowedCallbackAddress(message.url, this.#options.allowedHosts))
      return unanswered("host-not-allowed", "its host is not allowed");
    const sending = { url: new URL(message.url).href };
    this.#sending.add(sending);
    const limit = new AbortController();
    const end = () => limit.abort();
    const cancel = this.#onTimeout(end);
    life.addEventListener("abort", end, { once: true });
    try {
      const answerStatus = await Promise.race([this.#post(message, limit.signal), aborted(limit.signal)]);
      const isTaken = answerStatus >= 200 && answerStatus < 300;
      return isTaken
        ? { outcome: "taken", answerStatus, reason: null }
        : { outcome: "refused", answerStatus, reason: `answered ${answerStatus}` };
    } catch (error) {
      return limit.signal.aborted
        ? unanswered("timed-out", "no answer in time")
        : unanswered("unreachable", connectionProblem(error));
    } finally {
      this.#sending.delete(sending);
      cancel();
      life.removeEventListener("abort", end);
    }
  }

  /** A receiver can't answer while the clock jumps: one that has jumped when the time is over allows as much again, once. */
  #onTimeout(end: () => void): () => void {
    const { timeoutMs } = this.#options;
    const [start, realStart] = [this.#clock.now(), this.#clock.real()];
    const due = start + timeoutMs;
    let cancel = this.#clock.at(due, () => {
      const now = this.#clock.now();
      const passed = (this.#clock.real() - realStart) * this.#clock.speed;
      if (now - due < jumpMs && now - start - passed < jumpMs) return end();
      cancel = this.#clock.at(now + timeoutMs, end);
    });
    return () => cancel();
  }

  async #post({ id, url, body }: CallbackMessage, signal: AbortSignal): Promise<number> {
    const { fetch = globalThis.fetch, keys, signedAt } = this.#options;
    const timestamp = Math.floor((signedAt === "wall" ? this.#clock.real() : this.#clock.now()) / 1000);
    const signed = keys.length > 0 ? await signatureHeaders(keys, { id, timestamp, body }) : {};
    const headers = { "content-type": "application/json", ...signed };
    // A redirect could lead away from the hosts that are allowed.
    const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    // Nobody waits for it: where something keeps a copy of the answer, as MSW does, it lasts until that is read too.
    answer.body?.cancel().catch(() => {});
    return answer.status;
  }
}

/** Rejects with the signal, also where the transport ignores it. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

function unanswered(outcome: DeliveryOutcome, reason: string): SendResult {
  return { outcome, answerStatus: null, reason };
}
