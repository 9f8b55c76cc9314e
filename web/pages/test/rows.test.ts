import { describe, expect, it } from "vitest";
import type { Seat } from "../src/base/sale";
import { kChosen, kFree, kHeld, kSold } from "../src/seatmap/paint";
import { pageOf, seatsOfRow, seatsOfSection, summariesOf } from "../src/seatmap/rows";

const seat = (id: number, section: string | null, row: number | null, price: number): Seat => ({
  ...{ id, number: id, section, row, price },
  status: "AVAILABLE",
});
const seats = [seat(1, "B", 1, 70), seat(2, "B", 2, 90), seat(3, "A", 1, 50), seat(4, "B", 2, 80)];

describe("the sections of a list", () => {
  it("stand as the server has them, with what is free and the prices from the least to the most", () => {
    expect(summariesOf(seats, Uint8Array.of(kFree, kHeld, kSold, kChosen))).toEqual([
      { name: "B", free: 2, least: 70, most: 90 },
      { name: "A", free: 0, least: 50, most: 50 },
    ]);
  });
  it("are one without a name where the hall has none", () => {
    const plain = [seat(1, null, null, 5), seat(2, null, null, 5)];
    expect(summariesOf(plain, Uint8Array.of(kFree, kFree))).toEqual([{ name: null, free: 2, least: 5, most: 5 }]);
  });
});

describe("a row of a list", () => {
  it("has the seats of its section only", () => {
    expect(seatsOfSection(seats, "B")).toEqual([0, 1, 3]);
    expect(seatsOfRow(seats, [0, 1, 3], 2)).toEqual([1, 3]);
  });
  it("is shown in parts of a hundred, from the one with the seat that was looked at", () => {
    const row = Array.from({ length: 250 }, (_, i) => i + 1000);
    expect([1000, 1099, 1100, 1249].map((each) => pageOf(row, each))).toEqual([0, 0, 1, 2]);
    expect(pageOf(row, 5)).toBe(0);
  });
});
