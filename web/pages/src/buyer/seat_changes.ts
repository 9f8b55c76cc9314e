// What changes do to seats that are known already. Where a seat is never changes; its price may, and the name of its section,
// and then all of the list is new.
import type { Seat } from "../base/sale";

export function withPrices(
  seats: readonly Seat[],
  index: ReadonlyMap<number, number>, // of seat ids
  changed: readonly Seat[],
): readonly Seat[] {
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

// What the seats of `which` cost together.
export const sumOf = (seats: readonly Seat[], which: readonly number[]) =>
  which.reduce((sum, i) => sum + seats[i]!.price, 0);
