import { useEffect, useReducer, useRef } from "preact/hooks";
import { advance, type ExampleAction, type ExampleState, idle } from "./example-state.js";
import { faultChoices } from "./faults.js";
import type { Picture } from "./picture.js";
import type { FromRunner, SteeringRule, TimeSetting } from "./protocol.js";
import type { Session } from "./session.js";

interface RunOptions {
  readonly code: string;
  readonly picture: Picture;
  readonly time: TimeSetting;
  readonly fault: string;
}

interface RunningExample {
  readonly state: ExampleState;
  run(options: RunOptions): Promise<void>;
  stop(): void;
  /** Ends what runs, and shows nothing of it any more. */
  clear(): void;
  setTime(time: TimeSetting): void;
  advanceTime(ms: number): void;
  setFault(name: string): void;
}

/** Long enough for an answer and what follows from it, too short to be noticed. */
const gatherMs = 40;

/** Runs code and keeps what it shows. Nothing is loaded before the first run. */
export function useExample(host: { readonly current: HTMLElement | null }): RunningExample {
  const [state, dispatch] = useReducer(advanceAll, idle);
  const gathered = useRef<ExampleAction[]>([]);
  const session = useRef<Session>();
  useEffect(() => () => session.current?.stop(), []);

  /** What comes together is drawn together. */
  const gather = (action: ExampleAction) => {
    if (gathered.current.push(action) === 1) setTimeout(() => dispatch(gathered.current.splice(0)), gatherMs);
  };
  /** What the reader does comes after all that has come, and is drawn at once. */
  const act = (action: ExampleAction) => dispatch([...gathered.current.splice(0), action]);

  const receive = (message: FromRunner) => {
    if (message.type === "result") {
      const { bytes, mediaType } = message;
      gather({ type: "show", result: new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mediaType }) });
    } else if (message.type !== "ready" && message.type !== "pong" && message.type !== "render") {
      gather(message);
    }
  };

  const opened = async (): Promise<Session> => {
    if (session.current) return session.current;
    const { Session } = await import("./session.js");
    session.current ??= new Session(host.current ?? document.body, receive, (rendered) =>
      gather({ type: "rendering", rendered }),
    );
    return session.current;
  };

  return {
    state,
    async run({ code, picture, time, fault }) {
      act({ type: "start" });
      try {
        const base64 = await picture.base64();
        await (await opened()).run({ code, picture: base64, time, fault: ruleOf(fault) });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        act({ type: "finished", failure: { message, code: "not-started", line: null } });
      }
    },
    stop() {
      session.current?.stop();
      act({ type: "stop" });
    },
    clear() {
      session.current?.stop();
      act({ type: "clear" });
    },
    setTime: (time) => session.current?.send({ type: "time", time }),
    advanceTime: (ms) => session.current?.send({ type: "advance", ms }),
    setFault: (name) => session.current?.send({ type: "fault", fault: ruleOf(name) }),
  };
}

function advanceAll(state: ExampleState, actions: readonly ExampleAction[]): ExampleState {
  return actions.reduce(advance, state);
}

function ruleOf(name: string): SteeringRule | null {
  return faultChoices.find((choice) => choice.name === name)?.rule ?? null;
}
