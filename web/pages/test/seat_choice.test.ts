import { describe, expect, it, vi } from "vitest";
import { Refused } from "../src/base/api";
import { refusalOf, seatsLeftIn } from "../src/buyer/seats/hold_refusal";
import { bestSeats, offerFor, remembered, shownCodes, sumOf, toggled } from "../src/buyer/seats/seat_choice";
import { layOut } from "../src/seatmap/geometry";
import { kChosen, kFree, kHeld, kOwn, kSold } from "../src/seatmap/paint";

// What the pages' storage listens with.
vi.hoisted(() => vi.stubGlobal("addEventListener", () => {}));

const seats = [11, 12, 13, 14].map((id) => ({ id, price: id * 100 }));

it("the seats of a choice cost what each of them costs", () => {
  expect(sumOf(seats, [0, 3])).toBe(2500);
  expect(sumOf(seats, [])).toBe(0);
});

describe("a seat is shown", () => {
  const statuses = Uint8Array.of(kFree, kHeld, kFree, kSold);
  it("as chosen while it is free, and as it stands when it is not", () => {
    expect([...shownCodes(seats, statuses, new Set(), [0, 1, 3])]).toEqual([kChosen, kHeld, kFree, kSold]);
    expect([...statuses]).toEqual([kFree, kHeld, kFree, kSold]);
  });
  it("as the buyer's own, whatever it is otherwise", () => {
    expect([...shownCodes(seats, statuses, new Set([12, 13]), [2])]).toEqual([kFree, kOwn, kOwn, kSold]);
  });
});

describe("a click on a seat", () => {
  const isFree = (i: number) => i < 5;
  it("chooses it, and the next one gives it back", () => {
    expect(toggled([1], 2, isFree, 4)).toEqual([1, 2]);
    expect(toggled([1, 2], 1, isFree, 4)).toEqual([2]);
  });
  it("gives it back although it is not free any more", () => expect(toggled([7], 7, isFree, 4)).toEqual([]));
  it("does nothing where the seat is not free", () => {
    const chosen = [1];
    expect(toggled(chosen, 8, isFree, 4)).toBe(chosen);
  });
  it("is refused at the limit, and where none may be chosen", () => {
    expect(toggled([1, 2], 3, isFree, 2)).toBe("full");
    expect(toggled([], 3, isFree, 0)).toBe("full");
  });
  it("takes the place of the only seat where one is the limit", () => expect(toggled([1], 3, isFree, 1)).toEqual([3]));
});

describe("a choice before a reload", () => {
  it("is found by the ids of its seats", () => {
    expect(remembered(seats, { chosen: [13, 11, 99], at: 14 })).toEqual({ chosen: [2, 0], at: 3 });
  });
  it("of nothing is nothing", () =>
    expect(remembered(seats, { chosen: [], at: null })).toEqual({ chosen: [], at: -1 }));
});

describe("free seats that are offered", () => {
  const layout = layOut(
    Array.from({ length: 40 }, (_, i) => ({ section: "A", row: Math.floor(i / 10), number: i % 10 })),
  );
  it("are as many as were lost, near them, and none that is lost or kept", () => {
    const offer = offerFor(layout, [14, 15], [16], () => true);
    expect(offer).toHaveLength(2);
    for (const i of offer) expect([14, 15, 16]).not.toContain(i);
    for (const i of offer) expect(Math.abs(layout.x[i]! - layout.x[14]!)).toBeLessThan(4);
  });
  it("are none where none is free", () => expect(offerFor(layout, [14], [], () => false)).toEqual([]));
  it("are together where the page picks them", () => {
    const best = bestSeats(layout, 3, (i) => i % 10 !== 4).sort((a, b) => a - b);
    expect(best[2]! - best[0]!).toBe(2);
    expect(best).not.toContain(14);
  });
});

describe("a refused hold", () => {
  const refused = (code: string, problem: object = {}) => new Refused({ code, ...problem } as Refused["problem"], 409);
  it.each([
    ["seats that others have", refused("SEAT_ALREADY_RESERVED", { seatIds: [11] }), { kind: "taken", seatIds: [11] }],
    ["others have seats, but not which", refused("SEAT_ALREADY_RESERVED"), { kind: "problem" }],
    ["another price", refused("PRICE_CHANGED", { amount: 700 }), { kind: "price", amount: 700 }],
    ["a price of nothing", refused("PRICE_CHANGED", { amount: 0 }), { kind: "price", amount: 0 }],
    ["a turn that is over", refused("QUEUE_TOKEN_EXPIRED"), { kind: "over" }],
    ["a turn that is paid", refused("QUEUE_TOKEN_COMPLETED"), { kind: "over" }],
    ["any other reason", refused("SALE_CLOSED"), { kind: "problem" }],
    ["no answer", new Error("offline"), { kind: "problem" }],
  ])("for %s", (_, failed, meaning) => expect(refusalOf(failed)).toEqual(meaning));
  it("may say how many seats are left for this buyer", () => {
    expect(seatsLeftIn(refused("SEAT_LIMIT_EXCEEDED", { seatsLeftForUser: 0 }))).toBe(0);
    expect(seatsLeftIn(refused("SALE_CLOSED"))).toBeUndefined();
    expect(seatsLeftIn(new Error("offline"))).toBeUndefined();
  });
});
