import type { ToRunner } from "../live/protocol.js";
import { completeCrypto } from "./complete-crypto.js";
import { Runner } from "./runner.js";

// The first message brings the line to the page; it never becomes a global that the code could reach.
completeCrypto();
const cutOff = "This page is cut off from the network. Give the client `fetch: mock.fetch`, or call mock.fetch itself.";
globalThis.fetch = () => Promise.reject(new TypeError(cutOff));
addEventListener(
  "message",
  ({ ports: [port] }) => {
    if (!port) return;
    const runner = new Runner((message, transfer = []) => port.postMessage(message, transfer));
    addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      runner.reportStray(event.reason);
    });
    addEventListener("error", (event) => {
      event.preventDefault();
      runner.reportStray(event.error);
    });
    port.onmessage = ({ data }: MessageEvent<ToRunner>) => runner.receive(data);
    port.postMessage({ type: "ready" });
  },
  { once: true },
);
