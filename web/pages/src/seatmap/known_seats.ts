// The seats of one date as a page knows them, and what an answer of the server makes of them. Pure: each step gives new values.
//
// Where a seat is never changes. Its status does, and then the list of statuses is new. Its price may, and the name of its section,
// and then the list of seats is new. A list without a change stays the same object, so that nothing is drawn again for it.
import type { Seat, SeatChanges, SeatStatus } from "../base/sale";
import { kFree, kHeld, kSold } from "./paint";

export interface KnownSeats {
  seats: readonly Seat[];
  statuses: Uint8Array; // of seat i
  index: ReadonlyMap<number, number>; // of seat ids
}

export const kNoSeats: KnownSeats = { seats: [], statuses: new Uint8Array(), index: new Map() };

const codeOf = (status: SeatStatus) => (status === "AVAILABLE" ? kFree : status === "RESERVED" ? kSold : kHeld);

export const allSeats = (seats: readonly Seat[]): KnownSeats => ({
  seats,
  statuses: Uint8Array.from(seats, (seat) => codeOf(seat.status)),
  index: new Map(seats.map((seat, i) => [seat.id, i])),
});

export function withPrices({ seats, index }: KnownSeats, changed: readonly Seat[]): readonly Seat[] {
  let next: Seat[] | null = null;
  for (const seat of changed) {
    const at = index.get(seat.id);
    if (at === undefined) continue;
    const known = (next ?? seats)[at]!;
    if (known.price === seat.price && known.section === seat.section) continue;
    next ??= seats.slice();
    next[at] = { ...known, price: seat.price, section: seat.section };
  }
  return next ?? seats;
}

// A full answer with as many seats changes what is known; with another number it is another hall.
export function withChanges(known: KnownSeats, { full, seats: changed }: SeatChanges): KnownSeats {
  if (full && changed.length !== known.index.size) return allSeats(changed);
  if (changed.length === 0) return known;
  const statuses = known.statuses.slice();
  for (const seat of changed) {
    const at = known.index.get(seat.id);
    if (at !== undefined) statuses[at] = codeOf(seat.status);
  }
  return { ...known, statuses, seats: withPrices(known, changed) };
}

// Free seats of these ids are held: a refusal said so before the changes did.
export function withTaken(known: KnownSeats, ids: readonly number[]): KnownSeats {
  const statuses = known.statuses.slice();
  for (const id of ids) {
    const at = known.index.get(id);
    if (at !== undefined && statuses[at] === kFree) statuses[at] = kHeld;
  }
  return { ...known, statuses };
}
