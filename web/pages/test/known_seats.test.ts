import { describe, expect, it } from "vitest";

import type { Seat, SeatChanges } from "../src/base/sale";
import { allSeats, kNoSeats, withChanges, withPrices, withTaken } from "../src/seatmap/known_seats";
import { kFree, kHeld, kSold } from "../src/seatmap/paint";

const seat = (id: number, price: number, status: Seat["status"] = "AVAILABLE"): Seat => ({
  id,
  number: id,
  section: null,
  row: null,
  price,
  status,
});
const seats = [seat(11, 100), seat(12, 100), seat(13, 100)];
const known = allSeats(seats);
const changes = (changed: Seat[], full = false): SeatChanges => ({
  availableSeats: 0,
  version: 7,
  full,
  seats: changed,
  startsAt: "2030-01-01T00:00:00Z",
  bookingClosesAt: null,
});

describe("prices that change", () => {
  it("make a new list, in which the seats stand where they stood", () => {
    const next = withPrices(known, [seat(12, 70), seat(13, 100)]);
    expect(next.map((each) => each.price)).toEqual([100, 70, 100]);
    expect(seats[1]!.price).toBe(100);
    expect(next[0]).toBe(seats[0]);
  });
  it("may be the name of a section as well", () => {
    const next = withPrices(known, [{ ...seat(12, 100), section: "Floor" }]);
    expect(next.map((each) => each.section)).toEqual([null, "Floor", null]);
  });
  it("leave the list as it is when only seats have gone", () => {
    expect(withPrices(known, [seat(11, 100, "RESERVED")])).toBe(seats);
    expect(withPrices(known, [seat(99, 1)])).toBe(seats);
  });
});

describe("changes of seats", () => {
  it("are new statuses where the seats stood", () => {
    const next = withChanges(known, changes([seat(13, 100, "RESERVED"), seat(11, 100, "TEMPORARILY_RESERVED")]));
    expect([...next.statuses]).toEqual([kHeld, kFree, kSold]);
    expect([...known.statuses]).toEqual([kFree, kFree, kFree]);
    expect(next.seats).toBe(seats);
  });
  it("of nothing are the same value", () => expect(withChanges(known, changes([]))).toBe(known));
  it("of unknown seats change no other", () => {
    expect([...withChanges(known, changes([seat(99, 1, "RESERVED")])).statuses]).toEqual([kFree, kFree, kFree]);
  });
  it("in full keep the places of a hall of the same size", () => {
    const next = withChanges(known, changes([seat(13, 50), seat(12, 100), seat(11, 100, "RESERVED")], true));
    expect(next.seats.map(({ id, price }) => [id, price])).toEqual([
      [11, 100],
      [12, 100],
      [13, 50],
    ]);
    expect([...next.statuses]).toEqual([kSold, kFree, kFree]);
  });
  it("in full with another number of seats are another hall", () => {
    const next = withChanges(known, changes([seat(21, 5), seat(22, 5, "RESERVED")], true));
    expect(next.seats.map(({ id }) => id)).toEqual([21, 22]);
    expect([...next.statuses]).toEqual([kFree, kSold]);
    expect(next.index.get(22)).toBe(1);
    expect(withChanges(kNoSeats, changes(seats, true)).seats).toEqual(seats);
  });
  it("that a refusal has told of hold what was free, and leave what is sold", () => {
    const sold = withChanges(known, changes([seat(12, 100, "RESERVED")]));
    expect([...withTaken(sold, [11, 12, 99]).statuses]).toEqual([kHeld, kSold, kFree]);
    expect([...sold.statuses]).toEqual([kFree, kSold, kFree]);
  });
});
