import type { Hmac } from "@klingkit/spec/web";
import type { MockClock } from "../clock.js";
import { isAllowedCallbackAddress } from "./callback-address.js";
import type { DeliveryOutcome } from "./delivery-log.js";
import { signatureHeaders } from "./webhook-signature.js";

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
}

export interface SenderOptions {
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly keys: readonly Hmac[];
  readonly allowedHosts: "any" | readonly string[] | undefined;
  readonly timeoutMs: number;
}

/** A timer is never this late, in milliseconds; whatever is was jumped over. */
const jumpMs = 1_000;

/** Sends one callback once; time-outs go by the simulator's clock. Never throws. */
export class CallbackSender {
  readonly #clock: MockClock;
  readonly #options: SenderOptions;

  constructor(clock: MockClock, options: SenderOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** @param life ends the send at once */
  async send(message: CallbackMessage, life: AbortSignal): Promise<SendResult> {
    if (!isAllowedCallbackAddress(message.url, this.#options.allowedHosts)) return unanswered("host-not-allowed");
    const limit = new AbortController();
    const end = () => limit.abort();
    const cancel = this.#onTimeout(end);
    life.addEventListener("abort", end, { once: true });
    try {
      const answerStatus = await Promise.race([this.#post(message, limit.signal), aborted(limit.signal)]);
      return { outcome: answerStatus >= 200 && answerStatus < 300 ? "taken" : "refused", answerStatus };
    } catch {
      return unanswered(limit.signal.aborted ? "timed-out" : "unreachable");
    } finally {
      cancel();
      life.removeEventListener("abort", end);
    }
  }

  /** A receiver can't answer while the clock jumps: the first jump past the end of the time allows as much again. */
  #onTimeout(end: () => void): () => void {
    const { timeoutMs } = this.#options;
    const due = this.#clock.now() + timeoutMs;
    let cancel = this.#clock.at(due, () => {
      if (this.#clock.now() - due < jumpMs) return end();
      cancel = this.#clock.at(this.#clock.now() + timeoutMs, end);
    });
    return () => cancel();
  }

  async #post({ id, url, body }: CallbackMessage, signal: AbortSignal): Promise<number> {
    const { fetch = globalThis.fetch, keys } = this.#options;
    const timestamp = Math.floor(this.#clock.now() / 1000);
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

function unanswered(outcome: DeliveryOutcome): SendResult {
  return { outcome, answerStatus: null };
}
