import { download as downloadIt } from "@klingkit/core";
import { downloadToFile as downloadItToFile } from "@klingkit/core/node";
import { speaking } from "./helpers.js";

// The functions of the same names, of whose errors each has to say what is wrong and what to do.

export const download: typeof downloadIt = async (...given) => {
  const found = await spoken(downloadIt(...given));
  return { ...found, blob: () => spoken(found.blob()) };
};

export const downloadToFile: typeof downloadItToFile = (...given) => spoken(downloadItToFile(...given));

async function spoken<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw speaking(error);
  }
}
