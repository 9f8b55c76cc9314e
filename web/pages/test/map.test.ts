// What the map writes beside its seats, and what keys mean on it.
import { describe, expect, it } from "vitest";
import { meaningOf } from "../src/seatmap/keys";
import { rowStarts, shortened } from "../src/seatmap/labels";

describe("a key on the map", () => {
  it.each([
    ["ArrowLeft", { kind: "move", dx: -1, dy: 0 }],
    ["ArrowDown", { kind: "move", dx: 0, dy: 1 }],
    ["Enter", { kind: "toggle" }],
    [" ", { kind: "toggle" }],
    ["=", { kind: "zoom", factor: 1.5 }],
    ["0", { kind: "all" }],
  ])("%s", (key, meaning) => expect(meaningOf(key)).toEqual(meaning));
  it.each(["Tab", "a", "Escape", "toString"])("%s is left to the browser", (key) =>
    expect(meaningOf(key)).toBeUndefined(),
  );
});

describe("the name of a section", () => {
  it("is written whole where there is room", () => expect(shortened("Floor", 10)).toBe("Floor"));
  it("is cut to the width of its section", () => expect(shortened("Balcony left", 4)).toBe("Balcony…"));
});

describe("the names of rows", () => {
  it("stand at the first seat of each row", () => {
    expect(rowStarts({ rowOf: Int32Array.of(0, 0, 1, 1, 2) }, [1, 1, 2, 2, 3])).toEqual([0, 2, 4]);
  });
  it("are left out where rows have no number", () => {
    expect(rowStarts({ rowOf: Int32Array.of(0, 0, 1, 2) }, [null, null, null, 7])).toEqual([3]);
  });
});
