import { describe, expect, it } from "vitest";

import type { Seat } from "../src/base/sale";
import { sumOf, withPrices } from "../src/buyer/seat_changes";

const seat = (id: number, price: number): Seat => ({
  id,
  number: id,
  section: null,
  row: null,
  price,
  status: "AVAILABLE",
});
const seats = [seat(11, 100), seat(12, 100), seat(13, 100)];
const index = new Map(seats.map((each, i) => [each.id, i]));

describe("prices that change", () => {
  it("make a new list, in which the seats stand where they stood", () => {
    const next = withPrices(seats, index, [seat(12, 70), seat(13, 100)]);
    expect(next.map((each) => each.price)).toEqual([100, 70, 100]);
    expect(seats[1]!.price).toBe(100);
    expect(next[0]).toBe(seats[0]);
    expect(sumOf(next, [0, 1])).toBe(170);
  });
  it("may be the name of a section as well", () => {
    const next = withPrices(seats, index, [{ ...seat(12, 100), section: "Floor" }]);
    expect(next.map((each) => each.section)).toEqual([null, "Floor", null]);
  });
  it("leave the list as it is when only seats have gone", () => {
    expect(withPrices(seats, index, [{ ...seat(11, 100), status: "RESERVED" }])).toBe(seats);
    expect(withPrices(seats, index, [seat(99, 5)])).toBe(seats);
  });
});
