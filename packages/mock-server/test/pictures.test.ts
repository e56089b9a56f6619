import { describe, expect, it } from "vitest";
import { PictureStore } from "../src/engine/pictures.js";

/** Base64 of so many bytes, all of one value. */
const picture = (value: number, length = 100) => Buffer.alloc(length, value).toString("base64");
const keysOf = (store: PictureStore) => [...store.entries()].map(([key]) => key);

describe("pictures that were submitted", () => {
  it("are kept once, under one key for the same text", () => {
    const store = new PictureStore(250);
    const [key, again] = [store.keep(picture(1)), store.keep(picture(1))];
    expect(key).toBe(again);
    expect(store.get(key ?? "")).toEqual(new Uint8Array(100).fill(1));
    // Counted once: with twice the bytes there would be no room for the next.
    store.keep(picture(2));
    expect(keysOf(store)).toHaveLength(2);
  });

  it("go, oldest first, where they outgrow the limit; exactly at it all stay", () => {
    const store = new PictureStore(300);
    const keys = [1, 2, 3].map((value) => store.keep(picture(value)));
    expect(keysOf(store)).toEqual(keys);
    const fourth = store.keep(picture(4));
    expect(keysOf(store)).toEqual([keys[1], keys[2], fourth]);
    const wide = store.keep(picture(5, 250));
    expect(keysOf(store)).toEqual([wide]);
    // What went left its room.
    const small = store.keep(picture(6, 50));
    expect(keysOf(store)).toEqual([wide, small]);
  });

  it("are kept even where one alone is over the limit, and all forgotten with the rest", () => {
    const store = new PictureStore(10);
    const key = store.keep(picture(1));
    expect(keysOf(store)).toEqual([key]);
    store.clear();
    expect(keysOf(store)).toEqual([]);
    store.keep(picture(2, 5));
    store.keep(picture(3, 5));
    expect(keysOf(store)).toHaveLength(2);
  });

  it("are nothing where the text is no base64", () => {
    const store = new PictureStore(300);
    expect(store.keep("a picture?")).toBeUndefined();
    expect(keysOf(store)).toEqual([]);
  });
});
