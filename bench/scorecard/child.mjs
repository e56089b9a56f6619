// Plays one adapter in a process of its own, which the SDK may fill with its logs and its late errors.
import { pathToFileURL } from "node:url";
import * as simulator from "@klingkit/mock-server";
import { fetchPeer, importFrom } from "../support/peers.mjs";
import { playFaults } from "./play.mjs";

const { default: adapter } = await import(pathToFileURL(process.argv[2]).href);
// An SDK that leaves a promise alone does not end its caller's measurement.
process.on("unhandledRejection", () => {});
process.send(await outcome());
process.disconnect();

async function outcome() {
  const { name, packages, note } = adapter;
  const about = { name, packages, ...(note && { note }) };
  const folder = packages.length > 0 ? fetchPeer(packages) : undefined;
  if (packages.length > 0 && !folder) return { ...about, problem: "the registry does not give it" };
  const load = folder ? (wanted) => importFrom(folder, wanted) : (wanted) => import(wanted);
  try {
    return { ...about, cells: await playFaults({ adapter, simulator, load }) };
  } catch (error) {
    return { ...about, problem: String(error?.message ?? error).split("\n")[0] };
  }
}
